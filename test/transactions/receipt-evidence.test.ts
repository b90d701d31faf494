import { createHash } from 'node:crypto'
import {
  type AndroidTrust,
  parseAttestationObject,
  parseAuthenticatorData,
  parseStatusList,
} from '@keybound/attestation'
import { createNodeCrypto } from '@keybound/attestation/node'
import { verifyReceipt } from '@keybound/attestation/receipt'
import {
  type JudgeReceiptEvidenceOptions,
  judgeReceiptEvidence,
} from '@keybound/attestation/receipt/evidence'
import { createWebCrypto } from '@keybound/attestation/webcrypto'
import type { ErrorCode, IosDeviceJSON } from '@keybound/protocol'
import type { CborMap } from '@keybound/protocol/encoding'
import { maxStatementLength, transactionChallenge } from '@keybound/protocol/transactions'
import type { ServerTrust } from '@keybound/server'
import { createMemoryStore } from '@keybound/server/store/memory'
import { beforeAll, describe, expect, test } from 'vitest'
import { attestedApp } from '../support/android-authority/authority.ts'
import { tagValue } from '../support/android-authority/index.ts'
import { createMemoryKeys } from '../support/keys.ts'
import { type AndroidKnobs, androidOrigin, createAndroidPhone } from '../support/phones/android-phone.ts'
import { createIphone, type IphoneKnobs, iosApp, iosOrigin } from '../support/phones/iphone.ts'
import { appleAuthority, phoneStart, phoneTrust } from '../support/phones/phone-server.ts'
import { sample } from '../support/sample.ts'
import { rpId } from '../support/server.ts'
import { startBank } from './support/bank.ts'
import { type PhoneBank, startPhoneBank } from './support/phone-bank.ts'
import { type Edit, type Payload, payloadOf, resigned } from './support/receipts.ts'

const day = 86_400
/** Every how many bytes are changed. */
const steps = { small: 37, large: 5, full: 1 }
/** The certificate that attested, on a list. */
const listed = { serial: '123456789abcdef', status: 'REVOKED', reason: 'KEY_COMPROMISE' }
const listNaming = parseStatusList({ entries: { [listed.serial]: { ...listed } } })
const listNamingNobody = parseStatusList({ entries: {} })
/** The roots of the test authorities, and no status list. */
const roots = { ...phoneTrust, android: { roots: phoneTrust.android?.roots ?? [], testOnly: true } }

const rooted: AndroidKnobs = {
  description: (right) => {
    const rootOfTrust = tagValue.rootOfTrust({ locked: false, state: 2 })
    return { ...right, hardwareEnforced: { ...right.hardwareEnforced, 704: rootOfTrust } }
  },
}

const keys = createMemoryKeys()
let bank: PhoneBank
/** Receipts of two Android phones and two iPhones. */
let android: readonly [string, string]
let ios: readonly [string, string]

beforeAll(async () => {
  bank = await startPhoneBank({}, { keys })
  const pay = async (make: () => ReturnType<typeof createAndroidPhone> | ReturnType<typeof createIphone>) =>
    bank.pay(await bank.registered(make()))
  android = [await pay(createAndroidPhone), await pay(createAndroidPhone)]
  ios = [await pay(() => createIphone(appleAuthority)), await pay(() => createIphone(appleAuthority))]
})

const verified = (receipt: string) => verifyReceipt({ receipt, keys: 'any' })
const lying = (receipt: string, edit: Edit) => resigned(keys, receipt, edit)
const judged = async (receipt: string, options: Partial<JudgeReceiptEvidenceOptions> = {}) =>
  judgeReceiptEvidence(await verified(receipt), { trust: roots, ...options })
const refused = (code: ErrorCode) => expect.objectContaining({ name: 'AttestationError', code })

describe('a receipt of an attested key', () => {
  test('carries what the key was registered with, and nothing of the keys that signed nothing', async () => {
    const { evidence, version } = payloadOf(android[0])
    expect(version).toBe(2)
    const kept = await bank.store.findEvidence('test', payloadOf(android[0]).credential.id)
    expect(evidence).toEqual({
      attestationObject: Buffer.from(kept?.attestationObject ?? []).toString('base64url'),
      clientDataHash: Buffer.from(kept?.clientDataHash ?? []).toString('base64url'),
      issuedAt: phoneStart,
      ceremony: { origin: androidOrigin, algorithms: [-7] },
      appAttest: null,
      status: { fetchedAt: phoneStart, entries: [] },
    })
    const chain = kept?.device?.platform === 'android' ? kept.device.sealing.chain : []
    expect(android[0]).not.toContain(chain[0])
    expect(payloadOf(ios[0]).evidence).toMatchObject({ ceremony: { origin: iosOrigin }, status: null })
  })

  test('is verified without judging it: the evidence is there, and of the key that signed', async () => {
    const { evidence, credential } = await verified(android[0])
    expect(credential.level).toBe('L2')
    expect(evidence).toMatchObject({ origin: androidOrigin, issuedAt: phoneStart, appAttest: null })
    expect(evidence?.attestationObject).toBeInstanceOf(Uint8Array)
  })

  describe.each([
    ['Node', createNodeCrypto()],
    ['WebCrypto', createWebCrypto()],
  ])('judged with %s', (_, crypto) => {
    test('proves of an Android phone its level, its app and its hardware', async () => {
      expect(await judged(android[0], { crypto })).toMatchObject({
        level: 'L2',
        format: 'android-key',
        attestationType: 'basic',
        testOnly: true,
        android: {
          securityLevel: 'tee',
          application: {
            packages: [{ name: attestedApp.packageName }],
            signerDigests: [Buffer.from(attestedApp.signer).toString('hex')],
          },
        },
        app: null,
        status: { from: 'receipt', fetchedAt: phoneStart },
      })
    })

    test('proves of an iPhone that its app vouches for the key', async () => {
      expect(await judged(ios[0], { crypto })).toMatchObject({
        level: 'L2',
        format: 'packed',
        testOnly: true,
        android: null,
        app: { app: iosApp, environment: 'production' },
        status: null,
      })
    })

    test('proves nothing to who trusts other roots', async () => {
      for (const receipt of [android[0], ios[0]]) {
        const judging = judged(receipt, { trust: { roots: [] }, crypto })
        await expect(judging).rejects.toEqual(refused('attestation_untrusted'))
      }
    })
  })

  test('is refused when any byte is another: all but the root is signed, and that is pinned', async () => {
    const { evidence } = await verified(android[0])
    const bytes = Buffer.from(evidence?.attestationObject ?? [])
    const { statement } = parseAttestationObject(bytes)
    const chain = (statement as CborMap).get('x5c') as readonly Uint8Array[]
    const root = chain[4] ?? new Uint8Array()
    const from = bytes.indexOf(root)
    expect([from > 0, root.length > 0]).toEqual([true, true])
    for (let at = 0; at < bytes.length; at += sample(steps)) {
      if (at >= from && at < from + root.length) continue
      const changed = Buffer.from(bytes)
      changed.writeUInt8((bytes[at] ?? 0) ^ 0x10, at)
      const attestationObject = changed.toString('base64url')
      const forged = await lying(android[0], (payload) => {
        Object.assign(payload.evidence ?? {}, { attestationObject })
      })
      await expect(judged(forged), `byte ${at}`).rejects.toMatchObject({ name: 'AttestationError' })
    }
  })

  test('proves R of a key in StrongBox', async () => {
    const level: AndroidKnobs['level'] = (role) => (role === 'signing' ? 'StrongBox' : 'TEE')
    const receipt = await bank.pay(await bank.registered(createAndroidPhone(), { level }))
    expect(await judged(receipt)).toMatchObject({ level: 'R', android: { securityLevel: 'strongbox' } })
  })

  test('is judged at the dates of its registration, however long ago', async () => {
    const later = await startPhoneBank({}, { keys })
    const phones = [
      await later.registered(createAndroidPhone()),
      await later.registered(createIphone(appleAuthority)),
    ]
    later.clock.advance(400 * day)
    for (const phone of phones) {
      const receipt = await later.pay(phone)
      expect(payloadOf(receipt).approvedAt).toBe(phoneStart + 400 * day)
      expect((await judged(receipt)).level).toBe('L2')
    }
  })

  test('proves the level that is asked for, or is refused', async () => {
    expect((await judged(android[0], { level: 'L1' })).level).toBe('L1')
    expect((await judged(android[0], { level: 'W' })).level).toBe('W')
    await expect(judged(android[0], { level: 'R' })).rejects.toEqual(
      refused('key_security_level_insufficient'),
    )
    // Whether App Attest is L2 or R, `apps.iosLevel` of the server says: an iPhone shows nothing beyond it.
    expect((await judged(ios[0], { level: 'R' })).level).toBe('R')
    expect((await judged(ios[0], { level: 'L1' })).level).toBe('L2')
  })
})

describe('the status snapshot', () => {
  /** A payment a day after the registration, on a server that by then has that list. */
  async function payUnder(list: Pick<AndroidTrust, 'status' | 'statusFetchedAt'>): Promise<string> {
    let android: AndroidTrust = { ...phoneTrust.android }
    const trust: ServerTrust = {
      ...phoneTrust,
      get android() {
        return android
      },
    }
    const later = await startPhoneBank({}, { keys, trust })
    const phone = await later.registered(createAndroidPhone())
    android = { ...roots.android, ...list }
    later.clock.advance(day)
    return later.pay(phone)
  }

  test('is that of the approval, and a certificate on it proves nothing', async () => {
    const fetchedAt = phoneStart + day - 60
    const receipt = await payUnder({ status: listNaming, statusFetchedAt: new Date(fetchedAt * 1000) })
    expect(payloadOf(receipt).evidence?.status).toEqual({ fetchedAt, entries: [listed] })
    await expect(judged(receipt)).rejects.toEqual(refused('attestation_revoked'))
  })

  test('says so when the age of the list is not known', async () => {
    const receipt = await payUnder({ status: listNamingNobody })
    expect(payloadOf(receipt).evidence?.status).toEqual({ fetchedAt: null, entries: [] })
    expect((await judged(receipt)).status).toEqual({ from: 'receipt', fetchedAt: null })
  })

  test('is none where the server had none, or one from a time to come', async () => {
    const future = new Date((phoneStart + 2 * day) * 1000)
    for (const list of [{ status: undefined as never }, { status: listNaming, statusFetchedAt: future }]) {
      const receipt = await payUnder(list)
      expect(payloadOf(receipt).evidence?.status).toBeNull()
      expect((await judged(receipt)).status).toBeNull()
    }
  })

  test('gives way to a list of the verifier', async () => {
    const own = (status: typeof listNaming) => ({
      trust: {
        ...roots,
        android: { ...roots.android, status, statusFetchedAt: new Date(2_000_000_000_000) },
      },
    })
    await expect(judged(android[0], own(listNaming))).rejects.toEqual(refused('attestation_revoked'))
    expect((await judged(android[0], own(listNamingNobody))).status).toEqual({
      from: 'verifier',
      fetchedAt: 2_000_000_000,
    })
  })

  test('is as old as it is, to who asks that', async () => {
    const rules = { android: { revocation: 'required' } } as const
    expect((await judged(android[0], { rules })).level).toBe('L2')
    const old = await lying(android[0], status({ fetchedAt: phoneStart - 2 * day }))
    await expect(judged(old, { rules })).rejects.toEqual(refused('attestation_status_unavailable'))
    expect((await judged(old)).status?.fetchedAt).toBe(phoneStart - 2 * day)
  })

  test('that a server left out is missed', async () => {
    const without = await lying(android[0], ({ evidence }) => {
      Object.assign(evidence ?? {}, { status: null })
    })
    expect((await judged(without)).status).toBeNull()
  })
})

describe('a receipt without evidence', () => {
  test('is that of a key without attestation, for which the store is not asked', async () => {
    const store = createMemoryStore()
    let asked = 0
    const counting = {
      ...store,
      findEvidence: (realm: string, id: string) => {
        asked++
        return store.findEvidence(realm, id)
      },
    }
    const web = await startBank({ store: counting })
    const { id } = await web.create()
    const { json } = await web.approve(web.authenticator, web.token, id)
    expect([payloadOf(json.receipt).evidence, asked]).toEqual([null, 0])
    await expect(judged(json.receipt, { level: 'W' })).rejects.toEqual(refused('attestation_required'))
  })

  test('is that of a key from before evidence was kept', async () => {
    const store = { ...createMemoryStore(), findEvidence: async () => undefined }
    const old = await startPhoneBank({}, { keys, store })
    const receipt = await old.pay(await old.registered(createAndroidPhone()))
    expect(payloadOf(receipt)).toMatchObject({ version: 2, evidence: null, credential: { level: 'L2' } })
    expect((await verified(receipt)).evidence).toBeNull()
    await expect(judged(receipt)).rejects.toEqual(refused('attestation_required'))
  })
})

describe('what a server tells of a key, its evidence must bear out', () => {
  test('a phone that proved nothing', async () => {
    const optional = await startPhoneBank({ level: 'L1', attestation: 'optional' }, { keys })
    const receipt = await optional.pay(
      await optional.registered(createIphone(appleAuthority), { unattested: true }),
    )
    expect(payloadOf(receipt).credential.level).toBe('L1')
    await expect(judged(receipt)).rejects.toEqual(refused('attestation_required'))
    expect(await judged(receipt, { level: 'W' })).toMatchObject({
      level: 'W',
      attestationType: 'self',
      app: null,
    })
  })

  test('a phone of development, whose evidence may be written in another spelling', async () => {
    const trust = { ...phoneTrust, development: 'loopback' } as const
    const bank = await startPhoneBank({}, { keys, trust })
    let spelled = false
    const knobs: IphoneKnobs = {
      attest: { aaguid: 'appattestdevelop' },
      sent: ({ response, device }) => {
        const { keyId = '', attestationObject = '', ...keys } = device as IosDeviceJSON
        const sent = { ...keys, keyId: otherwise(keyId), attestationObject: otherwise(attestationObject) }
        spelled = sent.attestationObject !== attestationObject
        return { response, device: sent }
      },
    }
    let phone = await bank.registered(createIphone(appleAuthority), knobs)
    // A third of all objects have but one spelling.
    while (!spelled) phone = await bank.registered(createIphone(appleAuthority), knobs)
    const receipt = await bank.pay(phone)
    expect(payloadOf(receipt).credential.level).toBe('L1')
    await expect(judged(receipt)).rejects.toEqual(refused('app_attest_environment_forbidden'))
    const rules = { ios: { environments: ['development'] } } as const
    expect(await judged(receipt, { rules })).toMatchObject({
      level: 'L2',
      app: { environment: 'development' },
    })
  })

  test('a rooted phone that a lax policy let in, unless the verifier has that policy too', async () => {
    const lax = { verifiedBoot: 'any' } as const
    const bank = await startPhoneBank({ androidRules: lax }, { keys })
    const receipt = await bank.pay(await bank.registered(createAndroidPhone(), rooted))
    await expect(judged(receipt)).rejects.toEqual(refused('boot_state_refused'))
    expect((await judged(receipt, { rules: { android: lax } })).level).toBe('L2')
    expect((await judged(receipt, { level: 'L1' })).level).toBe('L1')
  })

  test('a key that may leave its device, whatever app vouches for it', async () => {
    const receipt = await lying(ios[0], await ofSyncedPhone(payloadOf(ios[0])))
    await expect(judged(receipt)).rejects.toEqual(refused('attestation_required'))
    expect(await judged(receipt, { level: 'W' })).toMatchObject({ level: 'W', app: { app: iosApp } })
  })

  test('an app that the verifier does not expect', async () => {
    const applications = [{ packageName: 'com.example.other', signerDigests: ['00'.repeat(32)] }]
    const judging = judged(android[0], { rules: { android: { applications } } })
    await expect(judging).rejects.toEqual(refused('app_identity_mismatch'))
    const launchClaims = judged(ios[0], { rules: { ios: { launchClaims: 'required' } } })
    await expect(launchClaims).rejects.toEqual(refused('app_attest_build_forbidden'))
  })

  test.each<[string, Edit, ErrorCode]>([
    ['another level', ({ credential }) => (credential.level = 'R'), 'key_security_level_insufficient'],
    ['another origin', ceremony({ origin: 'android:apk-key-hash:AAAA' }), 'app_identity_mismatch'],
    ['other algorithms', ceremony({ algorithms: [-257] }), 'algorithm_not_allowed'],
    [
      'a list of serials that are none',
      status({ entries: [{ ...listed, serial: 'x' }] }),
      'attestation_status_unavailable',
    ],
    ['a certificate that is listed', status({ entries: [listed] }), 'attestation_revoked'],
    ['other client data', evidence({ clientDataHash: 'A'.repeat(43) }), 'attestation_statement_invalid'],
    [
      'a registration before the certificates',
      evidence({ issuedAt: 1_000_000_000 }),
      'attestation_chain_expired',
    ],
    [
      'App Attest of nobody',
      evidence({ appAttest: { keyId: 'A'.repeat(43), attestationObject: 'AAAA' } }),
      'attestation_format_unsupported',
    ],
  ])('on Android, not %s', async (_, edit, code) => {
    await expect(judged(await lying(android[0], edit))).rejects.toEqual(refused(code))
  })

  test.each<[string, Edit, ErrorCode]>([
    [
      'another app',
      ceremony({ origin: 'ios:bundle-id:ABCDE12345.com.example.other' }),
      'app_identity_mismatch',
    ],
    ['a page', ceremony({ origin: 'https://bank.example' }), 'app_identity_mismatch'],
    ['App Attest left out', evidence({ appAttest: null }), 'attestation_required'],
    [
      'App Attest of another phone',
      (payload) => {
        evidence({ appAttest: payloadOf(ios[1]).evidence?.appAttest })(payload)
      },
      'app_attest_nonce_mismatch',
    ],
    [
      'App Attest cut short',
      (payload) => {
        const { appAttest } = payload.evidence ?? {}
        const object = Buffer.from(appAttest?.attestationObject ?? '', 'base64url')
        const attestationObject = object.subarray(0, -300).toString('base64url')
        evidence({ appAttest: { ...appAttest, attestationObject } })(payload)
      },
      'app_attest_malformed',
    ],
    [
      'a registration before the certificates',
      evidence({ issuedAt: 1_000_000_000 }),
      'attestation_chain_expired',
    ],
  ])('on an iPhone, not %s', async (_, edit, code) => {
    await expect(judged(await lying(ios[0], edit))).rejects.toEqual(refused(code))
  })
})

describe('evidence that is not of this receipt', () => {
  const attestationOf = (receipt: string) => payloadOf(receipt).evidence?.attestationObject

  test.each<[string, Edit]>([
    ['another phone', (payload) => evidence({ attestationObject: attestationOf(android[1]) })(payload)],
    ['another key under the same id', (payload) => evidence(renamed(android[1], android[0]))(payload)],
    ['the same key under another id', (payload) => evidence(renamed(android[0], android[1]))(payload)],
    ['another kind of phone', (payload) => evidence({ attestationObject: attestationOf(ios[0]) })(payload)],
    [
      'all of another receipt',
      (payload) => Object.assign(payload, { evidence: payloadOf(android[1]).evidence }),
    ],
    [
      'cut short',
      (payload) => evidence({ attestationObject: attestationOf(android[0])?.slice(0, -4) })(payload),
    ],
    ['empty', evidence({ attestationObject: '' })],
    ['no bytes', evidence({ attestationObject: 'no base64url!' })],
    ['a hash of another length', evidence({ clientDataHash: 'AAAA' })],
    ['another format', ({ credential }) => (credential.format = 'packed')],
    ['a key that may be copied', (payload) => evidence({ attestationObject: copied(payload) })(payload)],
    ['a registration after the approval', evidence({ issuedAt: phoneStart + 601 })],
    ['a status list after the approval', status({ fetchedAt: phoneStart + 601 })],
    ['a status list of no time', status({ fetchedAt: -1 })],
    ['a status without reason', status({ entries: [{ serial: 'aa', status: 'REVOKED' }] })],
    ['a status with more in it', status({ entries: [{ ...listed, more: 1 }] })],
    ['more entries than certificates', status({ entries: Array.from({ length: 33 }, () => listed) })],
    ['a further member', evidence({ more: 1 })],
    ['a missing member', (payload) => Reflect.deleteProperty(payload.evidence ?? {}, 'status')],
    ['a member of another kind', evidence({ status: 'none' })],
    ['a further member of the ceremony', ceremony({ rpId: 'localhost' })],
    ['algorithms that are no numbers', ceremony({ algorithms: ['-7'] })],
    [
      'App Attest with more in it',
      evidence({ appAttest: { keyId: 'A'.repeat(43), attestationObject: 'AAAA', more: 1 } }),
    ],
    ['a key id of another length', evidence({ appAttest: { keyId: 'AAAA', attestationObject: 'AAAA' } })],
    ['a list in its place', (payload) => Object.assign(payload, { evidence: [] })],
  ])('is refused before anybody judges it: %s', async (_, edit) => {
    await expect(verified(await lying(android[0], edit))).rejects.toEqual(refused('receipt_malformed'))
  })

  test('is refused for another relying party, whose name the user’s key signed', async () => {
    const other = await lying(android[0], (payload) => (payload.rpId = 'evil.example'))
    await expect(verified(other)).rejects.toEqual(refused('receipt_signature_invalid'))
  })

  test('may be of a clock that is minutes ahead', async () => {
    const ahead = await lying(ios[0], evidence({ issuedAt: phoneStart + 600 }))
    expect((await judged(ahead)).level).toBe('L2')
  })
})

describe('the length of a receipt', () => {
  /** The largest of everything, by the schemas of the server and the rules of statements. */
  const largest: Edit = (payload) => {
    payload.statement = '字'.repeat(maxStatementLength)
    payload.account = 'a'.repeat(128)
    payload.credential.id = 'A'.repeat(1364)
    // ML-DSA-87 has the largest of keys.
    payload.credential.publicKey = 'A'.repeat(3472)
    const authenticatorData = 'A'.repeat(5462)
    Object.assign(payload.response, { clientDataJSON: authenticatorData, authenticatorData })
    Object.assign(payload.response, { signature: 'A'.repeat(2731) })
    // Both are of one request, whose body has 65,536 bytes at most.
    evidence({
      attestationObject: 'A'.repeat(43_691),
      appAttest: { keyId: 'A'.repeat(43), attestationObject: 'A'.repeat(21_802) },
      status: { fetchedAt: phoneStart, entries: Array.from({ length: 32 }, () => listed) },
    })(payload)
    const endorsement = 'A'.repeat(86)
    payload.keys.unshift(...Array.from({ length: 63 }, () => ({ ...payload.keys[0], endorsement }) as never))
  }

  test('has room for the largest of everything', async () => {
    const receipt = await lying(android[0], largest)
    expect(receipt.length).toBeGreaterThan(262_144)
    await expect(verified(receipt)).rejects.toEqual(refused('receipt_signature_invalid'))
  })

  test('has an end', async () => {
    const receipt = await lying(android[0], (payload) => {
      largest(payload)
      payload.realm = 'r'.repeat(100_000)
    })
    expect(receipt.length).toBeGreaterThan(327_680)
    await expect(verified(receipt)).rejects.toMatchObject({
      code: 'receipt_malformed',
      rule: 'RFC 7515 §7.1',
    })
  })
})

/** The same bytes: the last character of most base64url has bits that are of no byte (RFC 4648 §3.5). */
function otherwise(text: string): string {
  if (text.length % 4 === 0) return text
  return text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) + 1)
}

/** The same approval by an iPhone that says its key may leave it (flags UP, UV, BE), which no server registers. */
async function ofSyncedPhone({ realm, account, nonce, statement }: Payload): Promise<Edit> {
  const phone = createIphone(appleAuthority)
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
  const binding = { realm, account, statement, nonce: Buffer.from(nonce, 'base64url') }
  const challenge = Buffer.from(await transactionChallenge(binding, sha256)).toString('base64url')
  const options = { rp: { id: rpId }, rpId, challenge } as never
  const { response, device } = await phone.register(options, { flags: 0x4d })
  const { attestationObject, clientDataJSON } = response.response
  const { authenticatorData } = parseAttestationObject(Buffer.from(attestationObject, 'base64url'))
  const key = parseAuthenticatorData(authenticatorData).attestedCredential?.publicKey ?? new Uint8Array()
  const clientDataHash = sha256(Buffer.from(clientDataJSON, 'base64url')).toString('base64url')
  const { keyId, attestationObject: object } = device as IosDeviceJSON
  return (payload) => {
    payload.response = phone.authenticate(options, { flags: 0x0d }).response
    const publicKey = Buffer.from(key).toString('base64url')
    Object.assign(payload.credential, { id: response.id, publicKey, backupEligible: true })
    evidence({ attestationObject, clientDataHash, appAttest: { keyId, attestationObject: object } })(payload)
  }
}

/** The attestation object of a receipt, with the credential id of another in it. */
function renamed(from: string, to: string) {
  const [old = '', id = ''] = [from, to].map((receipt) => payloadOf(receipt).credential.id)
  const object = Buffer.from(payloadOf(from).evidence?.attestationObject ?? '', 'base64url')
  Buffer.from(id, 'base64url').copy(object, object.indexOf(Buffer.from(old, 'base64url')))
  return { attestationObject: object.toString('base64url') }
}

/** The attestation object, saying that the key may leave its device (WebAuthn L3 §6.1, BE). */
function copied({ evidence }: Payload): string {
  const bytes = Buffer.from(evidence?.attestationObject ?? '', 'base64url')
  const at = bytes.indexOf(createHash('sha256').update('localhost').digest()) + 32
  bytes.writeUInt8((bytes[at] ?? 0) | 8, at)
  return bytes.toString('base64url')
}

function evidence(changes: object): Edit {
  return (payload) => Object.assign(payload.evidence ?? {}, changes)
}
function ceremony(changes: object): Edit {
  return (payload) => Object.assign(payload.evidence?.ceremony ?? {}, changes)
}
function status(changes: object): Edit {
  return (payload) => Object.assign(payload.evidence?.status ?? {}, changes)
}
