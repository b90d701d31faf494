import { hash } from 'node:crypto'
import { androidPolicies, parseStatusList, type TrustOptions } from '@keybound/attestation'
import type { CredentialsAnswer, RegistrationAnswer, SignInAnswer } from '@keybound/protocol'
import type { CborValue } from '@keybound/protocol/encoding'
import type { KeyboundServerOptions, PolicyOverrides } from '@keybound/server'
import type { EvidenceRecord } from '@keybound/server/store'
import { describe, expect, test } from 'vitest'
import { attestedApp, authorityRoot } from '../support/android-authority/authority.ts'
import { attestedPolicy } from '../support/android-authority/judge.ts'
import { createClock, refusal, rpId, startWithAccounts, type TestServer } from '../support/server.ts'
import { forgeAssertion, forgeRegistration, type RegistrationSpec } from '../support/webauthn/forge.ts'
import {
  androidStatement,
  attestationTime,
  makerRoot,
  packedStatement,
} from '../support/webauthn/statements.ts'
import { startBank } from '../transactions/support/bank.ts'

const nativeOrigin = `android:apk-key-hash:${Buffer.from(attestedApp.signer).toString('base64url')}`
const webOrigin = 'http://localhost:3000'
const start = attestationTime.getTime() / 1000
const day = 86_400

const noneListed = parseStatusList({ entries: {} })
/** Names the certificate that attested. */
const attesterListed = parseStatusList({
  entries: { '123456789abcdef': { status: 'REVOKED', reason: 'KEY_COMPROMISE' } },
})

/** Trust in the test authorities, with a status list that was fetched at that time. */
function trustAt(fetchedAt: number, status = noneListed, roots = [authorityRoot]): TrustOptions {
  const android = { roots, status, statusFetchedAt: new Date(fetchedAt * 1000), testOnly: true }
  return { roots: [makerRoot], testOnly: true, android }
}

const registration = {
  formats: ['none', 'packed', 'android-key'],
  android: { policy: attestedPolicy, level: 'L2' },
} as const satisfies PolicyOverrides['registration']

async function startAttested(
  policy: PolicyOverrides = { registration },
  options: Partial<KeyboundServerOptions> = {},
) {
  const clock = createClock(start)
  const trust = trustAt(start)
  const origins = [webOrigin, nativeOrigin]
  return { ...(await startWithAccounts({ now: clock.now, policy, trust, origins, ...options })), clock }
}

const android: RegistrationSpec = {
  format: 'android-key',
  statement: androidStatement(),
  clientData: { origin: nativeOrigin },
}
const packed: RegistrationSpec = {
  format: 'packed',
  statement: packedStatement(),
  clientData: { origin: webOrigin },
}

async function attempt(server: TestServer, spec: RegistrationSpec, username = 'ada') {
  const signedIn = await server.signIn(username)
  const { challenge, ...options } = await server.registrationOptions(signedIn)
  const response = forgeRegistration({
    ...spec,
    clientData: { challenge, ...(spec.clientData as object) },
    authenticatorData: { rpId, ...spec.authenticatorData },
  })
  const answer = await server.call<RegistrationAnswer>('POST', '/v1/registration', {
    token: signedIn.session.token,
    body: {
      grant: signedIn.registrationGrant?.token,
      operationId: server.newOperationId(),
      response,
    },
  })
  return { answer, options, response, signedIn }
}

async function register(server: TestServer, spec: RegistrationSpec) {
  const attempted = await attempt(server, spec)
  expect(attempted.answer.text).toContain('"credential"')
  return { ...attempted, credential: attempted.answer.json.credential }
}

async function signInByKey(server: TestServer & { readonly ada: string }, origin = nativeOrigin) {
  const { challenge } = await server.authenticationOptions(server.ada)
  const response = forgeAssertion({
    authenticatorData: { rpId, signCount: 0 },
    clientData: { challenge, origin },
  })
  return server.call<SignInAnswer>('POST', '/v1/authentication', { body: { response } })
}

const judgements = ({ events }: TestServer) =>
  events.filter(({ type }) => type.startsWith('credential.judgement'))

describe('registration', () => {
  test('an attested key of a native app is L2, its evidence is kept, and clients see the level only', async () => {
    const server = await startAttested()
    const { credential, options, response } = await register(server, android)
    expect(options.attestation).toBe('direct')
    expect(Object.keys(credential).toSorted()).toEqual(
      [
        'backedUp',
        'backupEligible',
        'createdAt',
        'current',
        'expiresAt',
        'id',
        'lastUsedAt',
        'level',
        'name',
        'platform',
        'probationUntil',
        'transports',
      ].toSorted(),
    )
    expect(credential.level).toBe('L2')
    const evidence = await server.store.findEvidence('test', credential.id)
    expect(evidence).toMatchObject({
      account: server.ada,
      ceremony: { rpId, origin: nativeOrigin, algorithms: [-7, -8, -257] },
      issuedAt: start,
      judgedAt: start,
      verdict: {
        format: 'android-key',
        attestationType: 'basic',
        level: 'L2',
        refusedBy: null,
        suspends: false,
        android: { securityLevel: 'tee', provisioning: 'remote', testOnly: true },
      },
    } satisfies Partial<Record<keyof EvidenceRecord, unknown>>)
    const clientData = Buffer.from(response.response.clientDataJSON, 'base64url')
    expect(Buffer.from(evidence?.clientDataHash ?? [])).toEqual(hash('sha256', clientData, 'buffer'))
    expect(Buffer.from(evidence?.attestationObject ?? []).toString('base64url')).toBe(
      response.response.attestationObject,
    )
    expect(evidence?.verdict.android?.findings.every(({ passed }) => passed)).toBe(true)
    expect((await signInByKey(server)).json.session.acr).toBe('L2')
  })

  test('an app that is not listed, or not the one of the origin, is refused', async () => {
    const policy = { ...attestedPolicy, applications: [{ packageName: 'com.other', signerDigests: [] }] }
    const other = await startAttested({ registration: { ...registration, android: { policy, level: 'L2' } } })
    expect((await attempt(other, android)).answer).toMatchObject(refusal('app_identity_mismatch'))
    const unknown = { ...android, clientData: { origin: 'android:apk-key-hash:AAAA' } }
    expect((await attempt(await startAttested(), unknown)).answer).toMatchObject(refusal('origin_mismatch'))
  })

  test('without a status list that is young enough nothing registers at L2', async () => {
    const server = await startAttested(undefined, { trust: trustAt(start - 2 * day) })
    expect((await attempt(server, android)).answer).toMatchObject(refusal('attestation_status_unavailable'))
  })

  test('the lowest level is asked for and enforced', async () => {
    const server = await startAttested({ registration: { ...registration, level: 'L1' } })
    expect((await attempt(server, { clientData: { origin: webOrigin } })).answer).toMatchObject(
      refusal('attestation_required'),
    )
    const { credential, options } = await register(server, packed)
    expect([credential.level, options.attestation]).toEqual(['L1', 'direct'])
  })

  test('credential protection is asked for and enforced', async () => {
    const server = await startAttested({ registration: { credentialProtection: 3 } })
    const plain = { clientData: { origin: webOrigin } }
    const { answer, options } = await attempt(server, plain)
    expect(options.extensions).toEqual({
      credentialProtectionPolicy: 'userVerificationRequired',
      enforceCredentialProtectionPolicy: true,
    })
    expect(answer).toMatchObject(refusal('credential_protection_missing'))
    const extensions = new Map([['credProtect', 3]])
    await register(server, { ...plain, authenticatorData: { extensions } })
  })

  test('of compound statements all must hold, or any', async () => {
    const compound: RegistrationSpec = {
      format: 'compound',
      clientData: { origin: webOrigin },
      statement: (toAttest) => [
        new Map<string, CborValue>([
          ['fmt', 'packed'],
          ['attStmt', packedStatement()(toAttest)],
        ]),
        new Map<string, CborValue>([
          ['fmt', 'packed'],
          ['attStmt', new Map([['alg', -7]])],
        ]),
      ],
    }
    const formats = ['packed', 'compound'] as const
    const strict = await startAttested({ registration: { formats } })
    expect((await attempt(strict, compound)).answer).toMatchObject(refusal('attestation_statement_invalid'))
    const lenient = await startAttested({ registration: { formats, compound: 'any' } })
    expect((await register(lenient, compound)).credential.level).toBe('L1')
  })

  test.each([
    ['a level nobody knows', { level: 'L9' as 'L2' }],
    [
      'apps that are nobody',
      { ...registration, android: { policy: androidPolicies.L2, level: 'L2' as const } },
    ],
    ['a policy for a format that is refused', { android: registration.android }],
    ['protection above the highest', { credentialProtection: 4 as 3 }],
  ])('%s cannot be configured', async (_, wrong) => {
    await expect(startAttested({ registration: wrong })).rejects.toMatchObject({
      code: 'configuration_invalid',
    })
  })

  test('codes that refuse no evidence cannot suspend', async () => {
    const suspendOn = ['attestation_status_unavailable' as 'attestation_revoked']
    await expect(startAttested({ evidence: { suspendOn } })).rejects.toMatchObject({
      code: 'configuration_invalid',
    })
  })
})

describe('judging evidence again', () => {
  test('changes nothing while nothing changed, also when all certificates have ended since', async () => {
    const server = await startAttested()
    await register(server, android)
    const years = start + 5 * 365 * day
    const trust = trustAt(years)
    expect(await server.server.evidence.judgeAgain({ trust, now: years })).toEqual({
      judged: 1,
      changed: 0,
      postponed: 0,
    })
    expect(judgements(server)).toEqual([])
  })

  test('E10: a revoked certificate lowers the level, an event says so, and nobody is locked out', async () => {
    const server = await startAttested()
    const { credential, signedIn } = await register(server, android)
    const now = start + 30 * day
    const { evidence } = server.server
    const counts = await evidence.judgeAgain({ trust: trustAt(now, attesterListed), now })
    expect(counts).toEqual({ judged: 1, changed: 1, postponed: 0 })
    const about = { account: server.ada, credentialId: credential.id, suspended: false }
    const lowered = { ...about, from: 'L2', to: 'W', code: 'attestation_revoked' }
    expect(judgements(server)).toMatchObject([{ type: 'credential.judgement', ...lowered }])
    expect((await signInByKey(server)).json.session.acr).toBe('W')
    const { token } = signedIn.session
    const list = await server.call<CredentialsAnswer>('GET', '/v1/credentials', { token })
    expect(list.json.credentials.map(({ id, level }) => [id, level])).toEqual([[credential.id, 'W']])

    // Again, it is known already; when the entry is gone, the evidence proves as much as before.
    expect(await evidence.judgeAgain({ trust: trustAt(now, attesterListed), now })).toMatchObject({
      changed: 0,
    })
    expect(await evidence.judgeAgain({ trust: trustAt(now), now })).toMatchObject({ changed: 1 })
    expect(judgements(server)[1]).toMatchObject({ ...about, from: 'W', to: 'L2' })
    expect((await signInByKey(server)).json.session.acr).toBe('L2')
  })

  test('the policy may close sign-in by the credential, until its evidence holds again', async () => {
    const server = await startAttested({ registration, evidence: { suspendOn: ['attestation_revoked'] } })
    const { credential } = await register(server, android)
    const { evidence } = server.server
    await evidence.judgeAgain({ trust: trustAt(start, attesterListed) })
    expect(judgements(server)).toMatchObject([{ to: 'W', code: 'attestation_revoked', suspended: true }])
    expect(await signInByKey(server)).toMatchObject({ status: 403, json: { code: 'attestation_revoked' } })
    // Who does not hold the key learns nothing of it.
    const { challenge } = await server.authenticationOptions(server.ada)
    const clientData = { challenge, origin: nativeOrigin }
    const response = forgeAssertion({
      authenticatorData: { rpId },
      clientData,
      signature: (signature) => signature.toReversed(),
    })
    expect(await server.call('POST', '/v1/authentication', { body: { response } })).toMatchObject(
      refusal('signature_invalid'),
    )
    expect(await server.store.findEvidence('test', credential.id)).toBeDefined()
    await evidence.judgeAgain({ trust: trustAt(start) })
    expect(await signInByKey(server)).toMatchObject({ status: 200 })
  })

  test.each([
    ['late', trustAt(start - 9 * day)],
    ['missing', { ...trustAt(start), android: { roots: [authorityRoot], testOnly: true } }],
  ])('a status list that is %s is an event and changes nothing', async (_, trust) => {
    const server = await startAttested({
      registration,
      evidence: { suspendOn: ['attestation_revoked', 'attestation_untrusted'] },
    })
    const { credential } = await register(server, android)
    const before = await server.store.findEvidence('test', credential.id)
    const counts = await server.server.evidence.judgeAgain({ trust })
    expect(counts).toEqual({ judged: 1, changed: 0, postponed: 1 })
    const code = 'attestation_status_unavailable'
    expect(judgements(server)).toMatchObject([{ type: 'credential.judgement.postponed', code }])
    expect(await server.store.findEvidence('test', credential.id)).toEqual(before)
    expect((await signInByKey(server)).json.session.acr).toBe('L2')
  })

  test('what a late list does say counts, and what it does not say mends nothing', async () => {
    const server = await startAttested()
    await register(server, android)
    const { evidence } = server.server
    const late = start - 9 * day
    expect(await evidence.judgeAgain({ trust: trustAt(late, attesterListed) })).toMatchObject({ changed: 1 })
    expect(judgements(server)).toMatchObject([{ to: 'W', code: 'attestation_revoked' }])
    expect(await evidence.judgeAgain({ trust: trustAt(late) })).toMatchObject({ changed: 0, postponed: 1 })
    expect((await signInByKey(server)).json.session.acr).toBe('W')
  })

  test('a root that is trusted no more lowers the level, of phones and of authenticators', async () => {
    const server = await startAttested()
    await register(server, android)
    const credentialId = new Uint8Array(32).fill(0x22)
    await register(server, { ...packed, credentialId })
    const otherRoots = trustAt(start, noneListed, [makerRoot])
    const trust = { ...otherRoots, roots: [authorityRoot] }
    const counts = await server.server.evidence.judgeAgain({ trust })
    expect(counts).toEqual({ judged: 2, changed: 2, postponed: 0 })
    expect(judgements(server)).toMatchObject([
      { from: 'L2', to: 'W', code: 'attestation_untrusted' },
      { from: 'L1', to: 'W', code: 'attestation_untrusted' },
    ])
  })

  test('metadata that reports a model compromised lowers it', async () => {
    const server = await startAttested()
    await register(server, packed)
    const aaguid = '00000000-0000-0000-0000-000000000000'
    const metadataStatement = { attestationRootCertificates: [Buffer.from(makerRoot).toString('base64')] }
    const metadata = [{ aaguid, metadataStatement, statusReports: [{ status: 'REVOKED' }] }]
    await server.server.evidence.judgeAgain({ trust: { ...trustAt(start), metadata } })
    expect(judgements(server)).toMatchObject([{ from: 'L1', to: 'W', code: 'attestation_revoked' }])
  })

  test('a stricter policy leaves the level that is still proven', async () => {
    const server = await startAttested()
    await register(server, packed)
    await server.server.evidence.judgeAgain({ policy: { registration: { level: 'L2' } } })
    expect(judgements(server)).toMatchObject([{ from: 'L1', to: 'L1', code: 'attestation_required' }])
    const minimums = { osPatchLevel: 209901 }
    const policy = { ...attestedPolicy, minimums }
    await register(server, { ...android, credentialId: new Uint8Array(32).fill(0x33) })
    const stricter = { registration: { android: { policy, level: 'L2' as const } } }
    await server.server.evidence.judgeAgain({ policy: stricter })
    expect(judgements(server).slice(1)).toMatchObject([
      { from: 'L1', to: 'L1' },
      { from: 'L2', to: 'W', code: 'patch_level_insufficient' },
    ])
  })

  test('a credential that is suspended approves no payment, though its session lives on', async () => {
    const bank = await startBank()
    const { id } = await bank.create()
    const policy = {
      registration: { attestation: 'trusted' },
      evidence: { suspendOn: ['attestation_required'] },
    } as const
    await bank.server.evidence.judgeAgain({ policy })
    expect(await bank.approve(bank.authenticator, bank.token, id)).toMatchObject(
      refusal('attestation_required'),
    )
    await bank.server.evidence.judgeAgain()
    expect(await bank.approve(bank.authenticator, bank.token, id)).toMatchObject({ status: 200 })
  })

  test('walks every page of the realm', async () => {
    const server = await startAttested()
    const { credential } = await register(server, packed)
    const found = await server.store.findCredential('test', credential.id)
    const evidence = await server.store.findEvidence('test', credential.id)
    if (found === undefined || evidence === undefined) throw new Error('Unexpected absence of the first.')
    for (let index = 0; index < 230; index++) {
      const credentialId = new Uint8Array(32).fill(index, 1)
      const { response, id } = forgeRegistration({
        credentialId,
        authenticatorData: { rpId },
        clientData: { origin: webOrigin },
      })
      const unique = (kind: string) => `${kind} ${index}`
      await server.store.registerCredential({
        realm: 'test',
        operationId: unique('operation'),
        now: start,
        challenge: { hash: unique('challenge'), expiresAt: start + 300 },
        grant: { hash: unique('grant'), expiresAt: start + 300 },
        limit: 1000,
        credential: { ...found, id, level: 'W' },
        evidence: {
          ...evidence,
          attestationObject: Buffer.from(response.attestationObject, 'base64url'),
          clientDataHash: hash('sha256', Buffer.from(response.clientDataJSON, 'base64url'), 'buffer'),
          verdict: { ...evidence.verdict, format: 'none', attestationType: 'none', level: 'W' },
        },
      })
    }
    const { judgeAgain } = server.server.evidence
    expect(await judgeAgain()).toEqual({ judged: 231, changed: 0, postponed: 0 })
    const policy = { registration: { attestation: 'trusted' } } as const
    expect(await judgeAgain({ policy })).toEqual({ judged: 231, changed: 230, postponed: 0 })
    expect(
      new Set(judgements(server).map((event) => 'credentialId' in event && event.credentialId)).size,
    ).toBe(230)
  })

  test('trust made for tests is refused on an address that others can reach', async () => {
    const public_ = {
      publicUrl: 'https://bank.example',
      origins: ['https://bank.example'],
      relyingParty: { id: 'bank.example', name: 'Bank' },
      demo: false,
      trust: { roots: [] },
    }
    const server = await startAttested(undefined, public_)
    await expect(server.server.evidence.judgeAgain({ trust: trustAt(start) })).rejects.toMatchObject({
      code: 'demo_not_loopback',
    })
    const policy = { registration: { level: 'L9' as 'L2' } }
    await expect(server.server.evidence.judgeAgain({ policy })).rejects.toMatchObject({
      code: 'configuration_invalid',
    })
  })
})
