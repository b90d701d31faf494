import { encodeBase64Url } from '@keybound/protocol/encoding'
import type { CryptoPort } from '../crypto/port.ts'
import { publicKeyOfCose } from '../crypto/spki.ts'
import { concatBytes } from '../der/index.ts'
import { equalBytes, fromBase64 } from '../internal/bytes.ts'
import type { Ledger } from '../policy/ledger.ts'
import type { Certificate } from '../x509/index.ts'
import type { AppAttestationObject } from './attestation-object.ts'
import { findApp } from './internal/app.ts'
import { judgeChain } from './internal/chain.ts'
import { judgeLaunch } from './internal/launch.ts'
import { attestationRules as rules } from './rules.ts'
import type { AppleRoot } from './trust.ts'
import type { AppAttestEnvironment, AppAttestPolicy, AppleApp } from './types.ts'

/** What an attestation is held against. What is left out is not judged; only inspection leaves anything out. */
export interface ObjectExpectations {
  readonly clientDataHash: Uint8Array | undefined
  readonly keyId: Uint8Array | undefined
  readonly apps: readonly AppleApp[] | undefined
  readonly policy: AppAttestPolicy
  readonly roots: readonly AppleRoot[]
  readonly issuedAt: Date
}

/** What judging brought to light. Members are undefined where the rule about them failed or was not judged. */
export interface JudgedObject {
  readonly leaf: Certificate
  readonly root: AppleRoot | undefined
  readonly app: AppleApp | undefined
  readonly environment: AppAttestEnvironment | undefined
}

/** Judges a decoded attestation, every rule in the order of Apple's steps. Undefined when there is no chain to judge. */
export async function judgeObject(
  object: AppAttestationObject,
  expected: ObjectExpectations,
  ledger: Ledger,
  crypto: CryptoPort,
): Promise<JudgedObject | undefined> {
  const { policy, apps, roots, issuedAt } = expected
  const { macAccessControl = 'ignored' } = policy
  const chain = await judgeChain(object.x5c, roots, issuedAt, ledger, crypto)
  if (chain === undefined) return undefined
  const { leaf, root } = chain
  await judgeNonce(object, leaf, expected.clientDataHash, ledger, crypto)
  const keyId = await crypto.sha256(keyPoint(leaf))
  judgeKeyId(keyId, expected.keyId, ledger)
  const app = apps && (await findApp(object.authData.rpIdHash, apps, rules.app, ledger, crypto))
  judgeCounter(object.authData.counter, ledger)
  const environment = judgeEnvironment(object.authData.aaguid, policy, ledger)
  judgeCredential(object, leaf, keyId, ledger)
  judgeLaunch(object.authData.launch, policy, undefined, ledger)
  if (macAccessControl !== 'ignored') judgeMacAccessControl(leaf, ledger)
  return { leaf, root, app, environment }
}

const nonceExtension = '1.2.840.113635.100.8.2'
/** SEQUENCE { [1] EXPLICIT { OCTET STRING of 32 bytes } }, all of it but the 32 bytes. */
const nonceHead = Uint8Array.of(0x30, 0x24, 0xa1, 0x22, 0x04, 0x20)

/** Steps 2 to 4. The whole extension is compared, so that nothing can stand before, around or after the nonce. */
async function judgeNonce(
  { authDataBytes }: AppAttestationObject,
  leaf: Certificate,
  clientDataHash: Uint8Array | undefined,
  ledger: Ledger,
  crypto: CryptoPort,
): Promise<void> {
  const extension = leaf.extensions.get(nonceExtension)?.value
  if (clientDataHash === undefined) return
  const nonce = await crypto.sha256(concatBytes([authDataBytes, clientDataHash]))
  const equal = extension !== undefined && equalBytes(extension, concatBytes([nonceHead, nonce]))
  const found = extension === undefined ? 'absence of the nonce extension' : 'nonce in the certificate'
  ledger.check(rules.nonce, equal, found, 'SHA-256 of authenticator data and client data hash')
}

/** The uncompressed point of a P-256 key; empty for any other key, which an earlier rule refuses. */
function keyPoint({ publicKey }: Certificate): Uint8Array {
  return publicKey.kind === 'ec' ? publicKey.point : new Uint8Array(0)
}

/** Step 5. */
function judgeKeyId(keyId: Uint8Array, expected: Uint8Array | undefined, ledger: Ledger): void {
  if (expected === undefined) return
  ledger.check(
    rules.keyId,
    equalBytes(keyId, expected),
    `key id ${encodeBase64Url(expected.subarray(0, 32))}`,
    `${encodeBase64Url(keyId)}, the hash of the certified key`,
  )
}

/** Step 7. */
function judgeCounter(counter: number, ledger: Ledger): void {
  ledger.check(rules.counter, counter === 0, `counter ${counter}`, '0 in an attestation')
}

const utf8 = new TextEncoder()
const aaguids = {
  production: utf8.encode('appattest\0\0\0\0\0\0\0'),
  development: utf8.encode('appattestdevelop'),
} as const satisfies Record<AppAttestEnvironment, Uint8Array>

/** Step 8: all 16 bytes. */
function judgeEnvironment(
  aaguid: Uint8Array,
  policy: AppAttestPolicy,
  ledger: Ledger,
): AppAttestEnvironment | undefined {
  const { environments = ['production'] } = policy
  const environment = (['production', 'development'] as const).find((name) =>
    equalBytes(aaguid, aaguids[name]),
  )
  ledger.check(
    rules.environment,
    environment !== undefined && environments.includes(environment),
    `environment ${environment ?? 'unknown'}`,
    environments.join(' or '),
  )
  return environment
}

/** Step 9, and that the key in the authenticator data is the certified one. */
function judgeCredential(
  { authData }: AppAttestationObject,
  leaf: Certificate,
  keyId: Uint8Array,
  ledger: Ledger,
): void {
  ledger.check(
    rules.credentialId,
    equalBytes(authData.credentialId, keyId),
    `credential id ${encodeBase64Url(authData.credentialId)}`,
    `${encodeBase64Url(keyId)}, the hash of the certified key`,
  )
  const same = equalBytes(publicKeyOfCose(authData.publicKey).spki, leaf.publicKey.spki)
  ledger.check(
    rules.credentialKey,
    same,
    same ? 'the certified key' : 'another key in the authenticator data',
    'the certified key',
  )
}

const accessControlExtension = '1.2.840.113635.100.8.6'
/**
 * SEQUENCE { [3] EXPLICIT { OCTET STRING } } around the access control of a key on a Mac: other operations always,
 * signing (`osgn`) only under the security policy (`rsec`) of System Integrity Protection and Full Security. Apple
 * gives these bytes to compare with; what the single members mean it does not say.
 */
const securedMac = fromBase64(
  'MEajRARCMEAMAjExMDowCQwCb2uhAwEB/zAJDAJvYaEDAQH/MAsMBG9kZWyhAwEB/zAVDARvc2duoAYMBHJzZWMwBaYDAgEB',
)

function judgeMacAccessControl(leaf: Certificate, ledger: Ledger): void {
  const extension = leaf.extensions.get(accessControlExtension)?.value
  const secured = extension !== undefined && equalBytes(extension, securedMac)
  const found = extension === undefined ? 'absence of access control' : 'access control of the key'
  ledger.check(
    rules.macAccessControl,
    secured,
    found,
    'the one of a Mac with System Integrity Protection and Full Security',
  )
}
