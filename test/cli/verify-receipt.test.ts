import { beforeAll, describe, expect, test } from 'vitest'
import { authorityRoot } from '../support/android-authority/authority.ts'
import { createMemoryKeys } from '../support/keys.ts'
import { createAndroidPhone } from '../support/phones/android-phone.ts'
import { createIphone } from '../support/phones/iphone.ts'
import { appleAuthority } from '../support/phones/phone-server.ts'
import { selfStatement } from '../support/webauthn/forge.ts'
import { makerRoot, packedStatement } from '../support/webauthn/statements.ts'
import { startPhoneBank } from '../transactions/support/phone-bank.ts'
import { resigned } from '../transactions/support/receipts.ts'
import { makerTrust, receiptFor } from '../transactions/support/web-receipts.ts'
import { runCommand, toPem } from './support.ts'

// What `keybound verify-receipt` says of evidence; test/transactions/receipt.test.ts has the rest.

const serverKeys = createMemoryKeys()
let files: Record<string, string>

beforeAll(async () => {
  const bank = await startPhoneBank({}, { keys: serverKeys })
  const android = await bank.pay(await bank.registered(createAndroidPhone()))
  const ios = await bank.pay(await bank.registered(createIphone(appleAuthority)))
  files = {
    android,
    ios,
    'keys.json': JSON.stringify({ keys: await bank.receiptKeys() }),
    'roots.pem': toPem([authorityRoot, appleAuthority.root]),
    'none.json': '{"entries":{}}',
    'revoked.json': '{"entries":{"123456789abcdef":{"status":"REVOKED"}}}',
    packed: await receiptFor({ format: 'packed', statement: packedStatement() }, {}, makerTrust, serverKeys),
    unrooted: await receiptFor(
      { format: 'packed', statement: packedStatement() },
      { attestation: 'any' },
      { roots: [] },
      serverKeys,
    ),
    self: await receiptFor({ format: 'packed', statement: selfStatement() }, {}, makerTrust, serverKeys),
    'maker.pem': toPem([makerRoot]),
    unlooked: await resigned(serverKeys, android, ({ evidence }) => {
      Object.assign(evidence ?? {}, { status: null })
    }),
    undated: await resigned(serverKeys, android, ({ evidence }) => {
      Object.assign(evidence ?? {}, { status: { fetchedAt: null, entries: [] } })
    }),
    unkept: await resigned(serverKeys, android, (payload) => (payload.evidence = null)),
    lying: await resigned(serverKeys, android, ({ credential }) => (credential.level = 'R')),
  }
})

const verify = (file: string, ...args: readonly string[]) =>
  runCommand(['verify-receipt', file, '--keys', 'keys.json', ...args], files)
const byTestRoots = ['--roots', 'roots.pem', '--test-roots']

describe('keybound verify-receipt', () => {
  test('says of an Android phone what its evidence proves, and on what that rests', async () => {
    const { status, output } = await verify('android', ...byTestRoots)
    expect(status).toBe(0)
    for (const words of [
      '✔ VERIFIED',
      'What its evidence proves\n  level L2, judged here\n  its certificates lead to CN=Keybound Test Attestation Root',
      'a key in the trusted execution environment, made by com.example.bank, signed by 4460547bcd3b',
      'none of its certificates was on the status list of 2026-11-22 12:00:00 UTC, says the server',
      'by roots made for tests: nothing real may rest on it',
      'that the server told the truth about whose key it is, and about the time',
      'that the key was registered 2026-11-22 12:00:00 UTC: certificates were judged as of then',
      'that Google’s status list said this when the server approved',
      'that no attestation key of the maker had leaked unseen by then',
      'that the app named above is the one it should be',
      'that the screen showed what was signed',
    ]) {
      expect(output).toContain(words)
    }
    expect(output).not.toContain('the truth about the level')
  })

  test('says of an iPhone what App Attest says', async () => {
    const { status, output } = await verify('ios', ...byTestRoots)
    expect(status).toBe(0)
    expect(output).toContain(
      'App Attest: the app ABCDE12345.com.example.bank on a genuine Apple device vouches for the key',
    )
    expect(output).toContain('that the app keeps its key in the Secure Enclave, behind a biometric')
    expect(output).not.toContain('status list')
  })

  test('does not take the level from a maker it does not trust: by default Google and Apple', async () => {
    for (const file of ['android', 'ios']) {
      const { status, output } = await verify(file)
      expect(status).toBe(1)
      expect(output).toContain('✘ LEVEL NOT PROVEN')
      expect(output).toContain('Why its evidence does not prove that')
      expect(output).toContain('attestation_untrusted')
      expect(output).toContain('that the server told the truth about the level of the key')
      expect(output).toContain('Amount: 42.00\u00a0EUR')
    }
  })

  test('takes a status list in place of the server’s word', async () => {
    const good = await verify('android', ...byTestRoots, '--status', 'none.json')
    expect(good.status).toBe(0)
    expect(good.output).toContain('none of its certificates is on the status list you gave')
    const bad = await verify('android', ...byTestRoots, '--status', 'revoked.json')
    expect(bad.status).toBe(1)
    expect(bad.output).toContain('serial 123456789abcdef REVOKED')
    expect(bad.output).toContain('attestation_revoked')
  })

  test('sees that a server told more than the key ever proved', async () => {
    const { status, output } = await verify('lying', ...byTestRoots)
    expect(status).toBe(1)
    expect(output).toContain('key_security_level_insufficient')
    const less = await verify('lying', ...byTestRoots, '--level', 'L2')
    expect(less.status).toBe(0)
    expect(less.output).toContain('level L2, judged here: less than the server told')
    expect(less.output).toContain('that the server told the truth about the level of the key')
  })

  test('does not take the level on the server’s word: without evidence it is not proven', async () => {
    const { status, output } = await verify('unkept', ...byTestRoots)
    expect(status).toBe(1)
    for (const words of [
      '✘ LEVEL NOT PROVEN',
      'At which level, by the server’s word alone\n  L2: ',
      'Why its evidence does not prove that\n  none: the server kept no evidence of this key',
      'attestation_required',
      'With --level W nothing is asked of the level',
      'that the server told the truth about the level of the key',
      'Amount: 42.00\u00a0EUR',
    ]) {
      expect(output).toContain(words)
    }
    const json = await verify('unkept', ...byTestRoots, '--json')
    expect([json.status, JSON.parse(json.output).judgement]).toEqual([
      1,
      { state: 'refused', refusal: expect.objectContaining({ code: 'attestation_required' }) },
    ])
  })

  test('takes the level on the server’s word where asked to, and says so in the first line', async () => {
    const { status, output } = await verify('unkept', '--level', 'W')
    expect(status).toBe(0)
    for (const words of [
      '✔ VERIFIED  receipt of an approved transaction; its level is the server’s word\n',
      'At which level, by the server’s word alone\n  L2: ',
      'none: the server kept no evidence of this key',
      'that the server told the truth about the level of the key',
    ]) {
      expect(output).toContain(words)
    }
    const proven = await verify('android', ...byTestRoots)
    expect(proven.output).toContain('✔ VERIFIED  receipt of an approved transaction\n')
    expect(proven.output).not.toContain('word alone')
  })

  test.each<[string, string, readonly string[], readonly string[]]>([
    [
      'an authenticator whose maker is trusted',
      'packed',
      ['--roots', 'maker.pem', '--test-roots'],
      [
        'level L1, judged here',
        'its certificates lead to a root you gave',
        'no attestation key of the maker had leaked',
      ],
    ],
    [
      'one whose certificates nobody needed',
      'unrooted',
      [],
      [
        'level W, judged here',
        'certificates of format packed, which were not asked to prove more',
        'a browser may take a PIN',
      ],
    ],
    [
      'one that attested itself',
      'self',
      [],
      ['the key signed its own registration: nothing proves where it lives'],
    ],
    [
      'a list that nobody had',
      'unlooked',
      byTestRoots,
      ['nobody looked whether its certificates were revoked'],
    ],
    [
      'a list of unknown age',
      'undated',
      byTestRoots,
      ['on the status list of a time it did not know, says the server'],
    ],
  ])('says of %s what it is', async (_, file, args, words) => {
    const { status, output } = await verify(file, ...args)
    expect(status).toBe(0)
    for (const text of words) expect(output).toContain(text)
  })

  test('gives all of it as JSON', async () => {
    const proven = await verify('android', ...byTestRoots, '--json')
    expect(JSON.parse(proven.output)).toMatchObject({
      version: 2,
      evidence: { attestationObject: expect.stringMatching(/^[\w-]+$/) },
      judgement: { state: 'proven', isLevelTold: true, judged: { level: 'L2', testOnly: true } },
    })
    const refused = await verify('android', '--json')
    expect(JSON.parse(refused.output)).toMatchObject({
      statement: { type: 'payment' },
      judgement: { state: 'refused', refusal: { code: 'attestation_untrusted' } },
    })
  })

  test('says what it does not understand', async () => {
    const { status, error } = await verify('android', '--level', 'L3')
    expect([status, error]).toEqual([
      2,
      expect.stringContaining('Unexpected --level "L3", expected W, L1, L2, R.'),
    ])
    for (const args of [
      ['--roots', 'none.json'],
      ['--status', 'roots.pem'],
      ['--roots', 'absent.pem'],
    ]) {
      expect((await verify('android', ...args)).status, args.join(' ')).toBe(2)
    }
  })
})
