import { decodeBase64Url } from '@keybound/protocol/encoding'
import {
  authorityNow,
  authorityRoot,
  chainSpecs,
  describeKey,
  writeChain,
  writeKeyDescription,
} from '../../test/support/android-authority/index.ts'
import { createAppleAuthority, createAppleKey, launchClaims } from '../../test/support/apple-authority.ts'
import { spkiOf } from '../../test/support/apple-certificates.ts'
import {
  forgeAssertion,
  forgeRegistration,
  makeEdwardsKey,
  makeRsaKey,
  selfStatement,
} from '../../test/support/webauthn/forge.ts'
import { safetyNetRoot, safetyNetStatement } from '../../test/support/webauthn/safetynet.ts'
import {
  androidStatement,
  appleStatement,
  makerRoot,
  packedStatement,
  tpmStatement,
  u2fStatement,
} from '../../test/support/webauthn/statements.ts'

/** Genuine inputs of our own making: the fuzzer has them on every machine. */

export const now = authorityNow
export const roots = { android: authorityRoot, maker: makerRoot, safetyNet: safetyNetRoot }

const edwards = makeEdwardsKey()
const rsa = makeRsaKey()

/** A registration response of each format. */
export const registrations = [
  forgeRegistration(),
  forgeRegistration({ format: 'packed', statement: selfStatement() }),
  forgeRegistration({ format: 'packed', key: edwards, statement: selfStatement(edwards) }),
  forgeRegistration({ format: 'packed', key: rsa, statement: selfStatement(rsa) }),
  forgeRegistration({ format: 'packed', statement: packedStatement() }),
  forgeRegistration({ format: 'tpm', statement: tpmStatement() }),
  forgeRegistration({ format: 'apple', statement: appleStatement() }),
  forgeRegistration({ format: 'fido-u2f', statement: u2fStatement(), authenticatorData: { flags: 1 } }),
  forgeRegistration({ format: 'android-key', statement: androidStatement() }),
  forgeRegistration({
    format: 'android-safetynet',
    statement: safetyNetStatement({ payload: { timestampMs: now.getTime() - 1000 } }),
  }),
  forgeRegistration({
    format: 'compound',
    statement: (toAttest) => [
      new Map([
        ['fmt', 'none' as const],
        ['attStmt', new Map()],
      ] as never),
      new Map([
        ['fmt', 'packed'],
        ['attStmt', packedStatement()(toAttest)],
      ] as never),
    ],
  }),
  forgeRegistration({ authenticatorData: { extensions: new Map([['credProtect', 2]]) } }),
]
export const attestationObjects = registrations.map(({ response }) =>
  decodeBase64Url(response.attestationObject),
)
export const assertion = forgeAssertion()

/** Chains of the Android authority, leaf first. */
export const chains = (['remote', 'factory'] as const).map((kind) => writeChain(chainSpecs({ kind })))
export const keyDescriptions = (['signing', 'sealing', 'proof'] as const).map((role) =>
  writeKeyDescription(describeKey(role)),
)

const apple = createAppleAuthority(now)
const clientDataHash = new Uint8Array(32).fill(7)
const appId = 'TEAM123456.com.example.bank'
const claims = launchClaims(4, '17')
const attested = [
  apple.attest({ appId, clientDataHash }, { tail: claims }),
  apple.attest({ appId, clientDataHash }),
]
const appleKey = createAppleKey()
const signed = { appId, clientDataHash, key: appleKey, counter: 8 }

/** What App Attest objects are judged with, and two of each kind. */
export const appAttest = {
  root: apple.root,
  app: { teamId: 'TEAM123456', bundleId: 'com.example.bank' },
  clientDataHash,
  keyId: attested[0]?.keyId ?? new Uint8Array(),
  publicKey: spkiOf(appleKey.publicKey),
  attestations: attested.map(({ attestationObject }) => attestationObject),
  assertions: [apple.assert(signed, { tail: claims }), apple.assert(signed)],
}
