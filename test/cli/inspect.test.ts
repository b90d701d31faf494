import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  attestedApp,
  attestedChallenge,
  authorityRoot,
  chainSpecs,
  describeKey,
  tagValue,
  writeChain,
} from '../support/android-authority/index.ts'
import { createAppleAuthority, launchClaims } from '../support/apple-authority.ts'
import { haveVectors, readVector } from '../support/vectors.ts'
import { challenge, forgeRegistration, origin, rpId } from '../support/webauthn/forge.ts'
import { runCommand, toPem } from './support.ts'

const signer = Buffer.from(attestedApp.signer).toString('hex')
const files = {
  'chain.pem': toPem(writeChain(chainSpecs())),
  'roots.pem': toPem([authorityRoot]),
  'status.json': '{"entries":{}}',
}
const trust = ['--roots', 'roots.pem', '--test-roots']
const inspectChain = (args: readonly string[], more: Readonly<Record<string, string | Uint8Array>> = {}) =>
  runCommand(['inspect', 'chain.pem', ...trust, ...args], { ...files, ...more })

describe('keybound inspect', () => {
  test('draws a chain that passes, and ends with status 0', async () => {
    const { status, output, error } = await inspectChain([
      ...['--policy', 'L2', '--role', 'signing', '--status', 'status.json'],
      ...['--challenge', Buffer.from(attestedChallenge).toString('base64url')],
      ...['--app', `${attestedApp.packageName}=${signer}`],
    ])
    expect({ status, error }).toEqual({ status: 0, error: '' })
    expect(output).toMatchInlineSnapshot(`
      "
        ✔ PASS  Android key attestation
        A genuine key in a trusted execution environment, as level L2 asks. Its root is for tests: nothing
        real may be trusted to it.

        Chain of trust
        ├─ ✔ CN=Keybound Test Attestation Root, O=Keybound  EC P-384, for tests only
        │  └─ ✔ Droid CA2 (Google LLC)  EC P-384, 2026-05-06 to 2029-01-30
        │     └─ ✔ Droid CA3 (Google LLC)  EC P-256, 2026-11-02 to 2027-01-01
        │        └─ ✔ 0123456789abcdef0123456789abcdef (TEE)  EC P-256, 2026-11-12 to 2026-12-02
        │           └─ ✔ Android Keystore Key  EC P-256, 1970-01-01 to 2048-01-01
        ├─ ✔ Order and roles  5 certificates, remote provisioning
        ├─ ✔ Key description  in the key’s own certificate, nowhere else
        ├─ ✔ Dates            judged at 2026-11-22 12:00 UTC
        └─ ✔ Revocation       looked up among 0 entries

        The key
        ├─ ✔ Lives in     trusted execution environment (TEE) · KeyMint 3
        ├─ ✔ Origin       made there
        ├─ ✔ Kind         EC P-256 · SHA-256
        ├─ ✔ Good for     sign
        ├─ ✔ Unlocked by  biometric, for every use
        ├─ ✔ Challenge    58TbmQDgMCOMZpbtBTWjhqZq7415mdlQK0YqchowFT0
        ├─ ✔ App          com.example.bank 42 · signed by 4460547bcd3b…b97b
        └─ · Made         2026-11-22, by the device’s clock

        The device
        ├─ ✔ Bootloader     locked
        ├─ ✔ Verified boot  verified · key abababababab…abab
        ├─ · System         Android 16 · security patch 2026-11
        └─ · Patches        vendor 2026-11-05 · boot 2026-11-05

        Levels
        ├─ ✔ W   a genuine hardware key, unlocked by anything
        ├─ ✔ L1  a key that only an authenticated user can use
        ├─ ✔ L2  biometric for every use, on a locked and verified device
        └─ ✘ R   L2 in StrongBox, remotely provisioned
                 Security level: key in tee, expected at least strongbox
                 Android key attestation guide, security level

      "
    `)
  })

  test('draws a chain that is refused with its reason, and ends with status 1', async () => {
    const description = describeKey()
    const unlocked = {
      ...description.hardwareEnforced,
      704: tagValue.rootOfTrust({ locked: false, state: 2 }),
    }
    const chain = writeChain(chainSpecs({ description: { ...description, hardwareEnforced: unlocked } }))
    const { status, output } = await inspectChain(['--policy', 'L2'], { 'chain.pem': toPem(chain) })
    expect(status).toBe(1)
    expect(output).toMatchInlineSnapshot(`
      "
        ✘ REFUSED  Android key attestation
        Device locked: an unlocked device, expected a locked one.
        boot_state_refused · device_locked (KeyMint AIDL, KeyCreationResult, RootOfTrust)
        Not asked: challenge, app, revocation

        Chain of trust
        ├─ ✔ CN=Keybound Test Attestation Root, O=Keybound  EC P-384, for tests only
        │  └─ ✔ Droid CA2 (Google LLC)  EC P-384, 2026-05-06 to 2029-01-30
        │     └─ ✔ Droid CA3 (Google LLC)  EC P-256, 2026-11-02 to 2027-01-01
        │        └─ ✔ 0123456789abcdef0123456789abcdef (TEE)  EC P-256, 2026-11-12 to 2026-12-02
        │           └─ ✔ Android Keystore Key  EC P-256, 1970-01-01 to 2048-01-01
        ├─ ✔ Order and roles  5 certificates
        ├─ ✔ Key description  in the key’s own certificate, nowhere else
        ├─ ✔ Dates            judged at 2026-11-22 12:00 UTC
        └─ ○ Revocation       not looked up  (give Google’s status list)

        The key
        ├─ ✔ Lives in     trusted execution environment (TEE) · KeyMint 3
        ├─ ✔ Origin       made there
        ├─ ✔ Kind         EC P-256 · SHA-256
        ├─ · Good for     sign
        ├─ ✔ Unlocked by  biometric, for every use
        ├─ ○ Challenge    58TbmQDgMCOMZpbtBTWjhqZq7415mdlQK0YqchowFT0  (give the one you issued)
        ├─ ○ App          com.example.bank 42 · signed by 4460547bcd3b…b97b  (give the app you expect)
        └─ · Made         2026-11-22, by the device’s clock

        The device
        ├─ ✘ Bootloader     unlocked: any system can be started
        │                   an unlocked device, expected a locked one
        │                   KeyMint AIDL, KeyCreationResult, RootOfTrust
        ├─ ✘ Verified boot  unverified · key abababababab…abab
        │                   unverified, expected verified, or selfSigned with a listed boot key
        │                   KeyMint AIDL, KeyCreationResult, VerifiedBootState
        ├─ · System         Android 16 · security patch 2026-11
        └─ · Patches        vendor 2026-11-05 · boot 2026-11-05

        Levels
        ├─ ✔ W   a genuine hardware key, unlocked by anything
        ├─ ✔ L1  a key that only an authenticated user can use
        ├─ ✘ L2  biometric for every use, on a locked and verified device  (as above)
        └─ ✘ R   L2 in StrongBox, remotely provisioned
                 Security level: key in tee, expected at least strongbox
                 Android key attestation guide, security level

      "
    `)
  })

  test.runIf(haveVectors)(
    'says once what is wrong with the certificates of a Pixel, and marks each',
    async () => {
      const pem = readVector('android-keyattestation-google/testdata/caiman/sdk36/TEE_EC_RKP.pem')
      const { output } = await runCommand(['inspect', 'pixel.pem'], { 'pixel.pem': pem }, { columns: 100 })
      const tree = output.slice(output.indexOf('Chain of trust'))
      expect(tree.split('expected issuers valid')).toHaveLength(2)
      expect(tree).toContain('✘ Droid CA3 (Google LLC)  EC P-256, 2025-09-25 to 2025-12-04  (ended)')
      expect(tree).toContain('(TEE)  EC P-256, 2025-09-24 to 2025-10-03  (ended)')
      expect(tree).toContain('✔ Droid CA2 (Google LLC)')
      expect(tree.match(/✘ (W|L1|L2|R) .*\(as above\)/g)).toHaveLength(4)
    },
  )

  test('reads standard input', async () => {
    const { status } = await runCommand(['inspect', '-', ...trust], { ...files, '-': files['chain.pem'] })
    expect(status).toBe(0)
  })

  test('says all of it as JSON', async () => {
    const { status, output } = await inspectChain(['--json'])
    const json: unknown = JSON.parse(output)
    expect(status).toBe(0)
    expect(json).toMatchObject({
      kind: 'androidKey',
      passed: true,
      notAsked: ['challenge', 'app', 'revocation'],
      findings: expect.arrayContaining([expect.objectContaining({ rule: 'leaf_not_ca', passed: true })]),
    })
  })

  test('draws in colour only when asked to, or on a terminal', async () => {
    const sequence = '\u001b['
    const plain = (await inspectChain([])).output
    expect(plain).not.toContain(sequence)
    const painted = (await inspectChain(['--color', 'always'])).output
    expect(painted).toContain(sequence)
    const onTerminal = await runCommand(['inspect', 'chain.pem', ...trust], files, { isColorful: true })
    expect(onTerminal.output).toBe(painted)
    const never = ['inspect', 'chain.pem', ...trust, '--color', 'never']
    expect((await runCommand(never, files, { isColorful: true })).output).toBe(plain)
  })

  test('keeps to the width of the terminal', async () => {
    for (const columns of [60, 100, 160]) {
      const { output } = await runCommand(['inspect', 'chain.pem', '--policy', 'R'], files, { columns })
      const reasons = output.split('\n').filter((text) => !/[✔✘○·] /.test(text))
      expect(Math.max(...reasons.map((text) => text.length))).toBeLessThanOrEqual(columns)
    }
  })

  test('judges dates at the time it is given', async () => {
    const at = (date: string) => inspectChain(['--date', date])
    expect((await at('2026-11-22')).status).toBe(0)
    expect((await at('2026-12-22T00:00:00Z')).status).toBe(1)
    expect((await at('created')).status).toBe(0)
  })

  test('refuses a listed serial number', async () => {
    const status = { 'status.json': '{"entries":{"1003":{"status":"SUSPENDED"}}}' }
    const { output, ...ran } = await inspectChain(['--status', 'status.json'], status)
    expect(ran.status).toBe(1)
    expect(output).toContain('attestation_revoked')
  })

  test('looks at App Attest attestations', async () => {
    const authority = createAppleAuthority(new Date('2026-11-22T12:00:00Z'))
    const clientData = 'client data'
    const clientDataHash = new Uint8Array(createHash('sha256').update(clientData).digest())
    const { attestationObject, keyId } = authority.attest({
      appId: 'TEAM123456.com.example.bank',
      clientDataHash,
    })
    const evidence = {
      'object.cbor': attestationObject,
      'client-data': clientData,
      'roots.pem': toPem([authority.root]),
    }
    const look = (...args: string[]) => runCommand(['inspect', 'object.cbor', ...trust, ...args], evidence)
    const key = ['--key-id', Buffer.from(keyId).toString('base64')]
    const app = ['--app', 'TEAM123456.com.example.bank']
    expect((await look('--client-data', 'client-data', ...key, ...app)).status).toBe(0)
    expect((await look('--challenge', 'text:client data', ...app)).status).toBe(0)
    expect((await look('--challenge', 'hex:00')).status).toBe(1)
    expect((await look('--client-data', 'client-data', '--app', 'TEAM123456.com.example.other')).status).toBe(
      1,
    )
    const unproven = await look()
    expect(unproven.status).toBe(1)
    expect(unproven.output).toContain('○ NOT PROVEN')
  })

  test('allows the development environment of App Attest only when told to', async () => {
    const authority = createAppleAuthority(new Date('2026-11-22T12:00:00Z'))
    const clientDataHash = new Uint8Array(createHash('sha256').update('x').digest())
    const request = { appId: 'TEAM123456.com.example.bank', clientDataHash }
    const { attestationObject } = authority.attest(request, { aaguid: 'appattestdevelop' })
    const evidence = { 'object.cbor': attestationObject, 'roots.pem': toPem([authority.root]) }
    const look = (...args: string[]) =>
      runCommand(['inspect', 'object.cbor', ...trust, '--challenge', 'text:x', ...args], evidence)
    expect((await look()).status).toBe(1)
    expect((await look('--development')).status).toBe(0)
  })

  test('judges how the app was distributed, where the system says so', async () => {
    const authority = createAppleAuthority(new Date('2026-11-22T12:00:00Z'))
    const clientDataHash = new Uint8Array(createHash('sha256').update('x').digest())
    const request = { appId: 'TEAM123456.com.example.bank', clientDataHash }
    const { attestationObject } = authority.attest(request, { tail: launchClaims(3, '17') })
    const evidence = { 'object.cbor': attestationObject, 'roots.pem': toPem([authority.root]) }
    const look = (...args: string[]) =>
      runCommand(['inspect', 'object.cbor', ...trust, '--challenge', 'text:x', ...args], evidence)
    expect((await look('--category', 'development', '--bundle-version', '17')).status).toBe(0)
    const refused = await look('--category', 'appStore', '--category', 'testFlight')
    expect(refused).toMatchObject({
      status: 1,
      output: expect.stringContaining('app_attest_build_forbidden'),
    })
    expect((await look('--bundle-version', '16')).status).toBe(1)
    expect((await look('--category', 'AppStore')).status).toBe(2)
  })

  test('looks at WebAuthn registrations and attestation objects', async () => {
    const response = forgeRegistration()
    const evidence = {
      'response.json': JSON.stringify(response),
      'object.txt': response.response.attestationObject,
      'client-data.json': Buffer.from(response.response.clientDataJSON, 'base64url'),
    }
    const expected = ['--challenge', challenge, '--origin', origin, '--rp-id', rpId]
    const look = (...args: string[]) => runCommand(['inspect', ...args], evidence)
    expect((await look('response.json', ...expected)).status).toBe(0)
    expect((await look('response.json', '--origin', 'https://other.example')).status).toBe(1)
    expect((await look('object.txt', '--client-data', 'client-data.json')).status).toBe(0)
    expect((await look('object.txt')).status).toBe(1)
  })
})

describe('usage', () => {
  test.each<[string, readonly string[]]>([
    ['no command', []],
    ['an unknown command', ['inspekt', 'chain.pem']],
    ['no file', ['inspect']],
    ['two files', ['inspect', 'chain.pem', 'roots.pem']],
    ['a file that is not there', ['inspect', 'nowhere.pem']],
    ['a file of another kind', ['inspect', 'status.json']],
    ['a broken PEM file', ['inspect', 'broken.pem']],
    ['an unknown option', ['inspect', 'chain.pem', '--challange', 'x']],
    ['an option without its value', ['inspect', 'chain.pem', '--challenge']],
    ['an unknown policy', ['inspect', 'chain.pem', '--policy', 'L3']],
    ['an unknown role', ['inspect', 'chain.pem', '--role', 'any']],
    ['a date that is none', ['inspect', 'chain.pem', '--date', 'yesterday']],
    ['a date a machine could read in two ways', ['inspect', 'chain.pem', '--date', '11/12/2026']],
    ['a challenge that is no base64url', ['inspect', 'chain.pem', '--challenge', 'a b']],
    ['an app without its signer', ['inspect', 'chain.pem', '--app', 'com.example.bank']],
    ['a status list that is none', ['inspect', 'chain.pem', '--status', 'roots.pem']],
    ['roots that are none', ['inspect', 'chain.pem', '--roots', 'status.json']],
    ['a wrong colour', ['inspect', 'chain.pem', '--color', 'sometimes']],
  ])('%s ends with status 2 and says what to do', async (_, args) => {
    const { status, output, error } = await runCommand(args, {
      ...files,
      'broken.pem': files['chain.pem'].slice(0, 900),
    })
    expect({ status, output }).toEqual({ status: 2, output: '' })
    expect(error).toMatch(/Usage|--help/)
  })

  test.each([['--help'], ['inspect', '--help'], ['inspect', '-h']])(
    '%s %s explains itself',
    async (...args) => {
      const { status, output } = await runCommand(args)
      expect(status).toBe(0)
      expect(output).toContain('Usage: keybound')
      expect(Math.max(...output.split('\n').map((text) => text.length))).toBeLessThanOrEqual(110)
    },
  )
})
