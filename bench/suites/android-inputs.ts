import { createPublicKey, type KeyObject } from 'node:crypto'
import {
  type AndroidKeyAttestationOptions,
  androidPolicies,
  parseStatusList,
  type VerifyRegistrationOptions,
} from '@keybound/attestation'
import { DerReader, derTag } from '@keybound/attestation/der'
import { type CborValue, encodeBase64Url } from '@keybound/protocol/encoding'
import {
  attestedApp,
  authorityKeys,
  authorityNow,
  authorityRoot,
  type CertificateSpec,
  chainSpecs,
  describeKey,
  keyDescriptionExtension,
  keyUsage,
  makeKeys,
  writeChain,
} from '../../test/support/android-authority/index.ts'
import {
  challenge,
  forgeRegistration,
  makeKey,
  origin,
  rpId,
  signWith,
  type ToAttest,
} from '../../test/support/webauthn/forge.ts'

/** One signature and what it is checked with. */
export interface SignatureCheck {
  readonly hash: 'sha256' | 'sha384'
  readonly data: Uint8Array
  readonly signature: Uint8Array
  readonly spki: Uint8Array
  /** The same key, imported. */
  readonly key: KeyObject
  /** Whether the key is Google's and so the same for every device. */
  readonly shared: boolean
}

/** A registration on one device: an `android-key` response with a remotely provisioned chain of its own. */
export interface AndroidRegistration {
  readonly chain: AndroidKeyAttestationOptions
  readonly registration: VerifyRegistrationOptions
  /** The signatures of the chain, leaf first. */
  readonly chainSignatures: readonly SignatureCheck[]
  /** The signature of the attestation statement. */
  readonly statementSignature: SignatureCheck
}

/** Peers judge dates by today's clock, so these certificates hold for decades. */
const dates = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2049-12-31T00:00:00Z') }

/** Root, Droid CA2 and Droid CA3 stay the same for all devices, as Google's do. */
const [, , ...googleSpecs] = chainSpecs().map((spec) => ({ ...spec, ...dates }))
const googleChain = writeChain(googleSpecs)

/** The root's certificate as PEM, for peers that compare certificates. */
export const rootPem = `-----BEGIN CERTIFICATE-----\n${wrap(googleChain.at(-1) ?? new Uint8Array())}-----END CERTIFICATE-----\n`

function wrap(der: Uint8Array): string {
  return Buffer.from(der)
    .toString('base64')
    .replace(/.{1,64}/g, '$&\n')
}

/** Registers on this many devices, each with its own attestation key and its own credential. */
export function makeAndroidRegistrations(count: number): readonly AndroidRegistration[] {
  return Array.from({ length: count }, makeRegistration)
}

function makeRegistration(): AndroidRegistration {
  const device = makeKeys()
  const credential = makeKey()
  const made: { toAttest?: ToAttest; chain?: Uint8Array[]; signature?: Uint8Array } = {}
  const response = forgeRegistration({
    key: credential,
    format: 'android-key',
    statement: (toAttest) => {
      const chain = [...deviceChain(device, credential.spki, toAttest.clientDataHash), ...googleChain]
      const signature = signWith(credential, toAttest.signedData)
      Object.assign(made, { toAttest, chain, signature })
      return new Map<string, CborValue>([
        ['alg', -7],
        ['sig', signature],
        ['x5c', chain],
      ])
    },
  })
  const { toAttest, chain = [], signature = new Uint8Array() } = made
  const status = parseStatusList({ entries: {} })
  const trust = { roots: [authorityRoot], status, statusFetchedAt: authorityNow, testOnly: true }
  const policy = {
    ...androidPolicies.L2,
    applications: [
      {
        packageName: attestedApp.packageName,
        signerDigests: [Buffer.from(attestedApp.signer).toString('hex')],
      },
    ],
  }
  const clock = { issuedAt: authorityNow, now: authorityNow }
  const attested = toAttest?.clientDataHash ?? new Uint8Array()
  const signedData = toAttest?.signedData ?? new Uint8Array()
  return {
    chain: { chain, challenge: attested, role: 'signing', policy, trust, ...clock },
    registration: {
      response: JSON.parse(JSON.stringify(response)),
      expected: { challenge, origins: [origin], rpId },
      policy: { formats: ['android-key'], attestation: 'trusted', android: { policy, level: 'L2' } },
      trust: { roots: [], android: trust },
      ...clock,
    },
    chainSignatures: signaturesOf(chain, device.spki),
    statementSignature: signatureCheck('sha256', signedData, signature, credential.spki, false),
  }
}

function deviceChain(
  device: ReturnType<typeof makeKeys>,
  spki: Uint8Array,
  attestationChallenge: Uint8Array,
): Uint8Array[] {
  const [leaf, attestation] = chainSpecs() as [CertificateSpec, CertificateSpec]
  const description = { ...describeKey(), challenge: attestationChallenge }
  const extensions = [keyUsage('digitalSignature'), keyDescriptionExtension(description)]
  return writeChain([
    { ...leaf, spki, extensions, signer: device.privateKey },
    { ...attestation, ...dates, spki: device.spki },
  ])
}

/** What a bare check of the chain gets: signed bytes, signatures and issuer keys, all taken out beforehand. */
function signaturesOf(chain: readonly Uint8Array[], deviceSpki: Uint8Array): SignatureCheck[] {
  const issuers = [deviceSpki, authorityKeys.ca3.spki, authorityKeys.ca2.spki, authorityKeys.root.spki]
  return issuers.map((spki, index) => {
    const certificate = new DerReader(chain[index] ?? new Uint8Array()).enter()
    const start = certificate.offset
    certificate.read(derTag.sequence)
    const tbs = certificate.since(start)
    certificate.read(derTag.sequence)
    const signature = certificate.read(derTag.bitString).subarray(1)
    return signatureCheck(index < 2 ? 'sha256' : 'sha384', tbs, signature, spki, index > 0)
  })
}

function signatureCheck(
  hash: SignatureCheck['hash'],
  data: Uint8Array,
  signature: Uint8Array,
  spki: Uint8Array,
  shared: boolean,
): SignatureCheck {
  return { hash, data, signature, spki, key: importSpki(spki), shared }
}

/** Imports a public key. */
export function importSpki(spki: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
}

/** What peers are told to expect. */
export const peerExpectation = {
  expectedChallenge: challenge,
  expectedOrigin: origin,
  expectedRPID: rpId,
  supportedAlgorithmIDs: [-7],
}

/** A registration by a stranger: no side may accept it under the authority's root. */
export function forged(one: AndroidRegistration, other: AndroidRegistration): AndroidRegistration {
  const { chain, registration } = one
  const [leaf = new Uint8Array()] = chain.chain
  const swapped = [leaf, ...other.chain.chain.slice(1)]
  const { attestationObject } = registration.response.response
  const bytes = Buffer.from(attestationObject, 'base64url')
  const at = bytes.indexOf(Buffer.from(one.chain.chain[1] ?? []))
  const replaced = Buffer.concat([bytes])
  Buffer.from(other.chain.chain[1] ?? []).copy(replaced, at)
  return {
    ...one,
    chain: { ...chain, chain: swapped },
    registration: {
      ...registration,
      response: {
        ...registration.response,
        response: { ...registration.response.response, attestationObject: encodeBase64Url(replaced) },
      },
    },
    chainSignatures: one.chainSignatures.map((check, index) =>
      index === 0 ? { ...check, ...keyOf(other.chainSignatures[0]) } : check,
    ),
  }
}

function keyOf(check: SignatureCheck | undefined): Pick<SignatureCheck, 'spki' | 'key'> {
  if (check === undefined) throw new Error('Unexpected chain without signatures.')
  return { spki: check.spki, key: check.key }
}
