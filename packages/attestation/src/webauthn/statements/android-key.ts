import type { CborMap } from '@keybound/protocol/encoding'
import { decodeBase64Url } from '@keybound/protocol/encoding'
import {
  type KeyDescription,
  keyDescriptionOid,
  parseKeyDescription,
} from '../../android/key-description/key-description.ts'
import { keyPurpose } from '../../android/key-description/values.ts'
import { AttestationError, refusing } from '../../errors.ts'
import { equalBytes } from '../../internal/bytes.ts'
import type { Certificate } from '../../x509/certificate.ts'
import { verifyWithCredentialKey } from '../internal/cose-signature.ts'
import { readX5c } from './certificates.ts'
import {
  bytesOf,
  invalidStatement,
  requireMembers,
  type StatementInput,
  type StatementVerdict,
} from './statement.ts'

const rule = 'WebAuthn L3 §8.4'
const nativeOrigin = 'android:apk-key-hash:'

/**
 * Android key attestation (WebAuthn L3 §8.4): the certificates describe the credential key. Checked here is what ties
 * them to this response; whether the chain proves hardware is for the rules of Android key attestation to judge.
 */
export async function verifyAndroidKey(statement: CborMap, input: StatementInput): Promise<StatementVerdict> {
  requireMembers(statement, ['alg', 'sig', 'x5c'], rule)
  const trustPath = readX5c(statement, rule)
  const [leaf] = trustPath
  const { credentialKey, crypto, signedData, clientDataHash } = input
  if (statement.get('alg') !== credentialKey.cose.algorithm) {
    throw invalidStatement(
      rule,
      `Unexpected alg, expected ${credentialKey.cose.algorithm} as in the credential key.`,
    )
  }
  if (!equalBytes(leaf.publicKey.spki, credentialKey.publicKey.spki)) {
    throw invalidStatement(rule, 'Unexpected certified key, expected the credential key.')
  }
  if (!(await verifyWithCredentialKey(crypto, credentialKey, bytesOf(statement, 'sig', rule), signedData))) {
    throw invalidStatement(
      rule,
      'Unexpected signature, expected one by the certified key over this response.',
    )
  }
  const description = readDescription(leaf)
  if (!equalBytes(description.attestationChallenge, clientDataHash)) {
    throw invalidStatement(rule, 'Unexpected attestation challenge, expected the hash of the client data.')
  }
  checkUse(description)
  checkNativeOrigin(description, input.origin)
  return { type: 'basic', trustPath, subject: 'androidKey' }
}

function readDescription(leaf: Certificate): KeyDescription {
  const extension = leaf.extensions.get(keyDescriptionOid)
  if (extension === undefined) {
    throw invalidStatement(rule, 'Unexpected leaf without key description, expected one.')
  }
  return refusing('attestation_statement_invalid', rule, () => parseKeyDescription(extension.value))
}

/**
 * Of both lists: made here, for signing, for one app. Neither need be said here, as the specification's own test vector
 * says nothing in either list; what is not said proves nothing, so no level above `W` comes of it.
 */
function checkUse({ softwareEnforced, hardwareEnforced }: KeyDescription): void {
  for (const list of [softwareEnforced, hardwareEnforced]) {
    if (list.allApplications)
      throw invalidStatement(rule, 'Unexpected allApplications, expected a key of one app.')
    if (list.origin !== undefined && list.origin !== 'generated') {
      throw invalidStatement(rule, `Unexpected origin ${list.origin}, expected a key made in the keystore.`)
    }
    if (list.purposes !== undefined && !list.purposes.includes(keyPurpose.sign)) {
      throw invalidStatement(rule, 'Unexpected purposes, expected signing among them.')
    }
  }
}

/** A native app names itself by the hash of its signing certificate, which the attestation must know as well. */
function checkNativeOrigin({ softwareEnforced }: KeyDescription, origin: string): void {
  if (!origin.startsWith(nativeOrigin)) return
  const signer = refusing('origin_mismatch', 'WebAuthn L3 §7.1 step 9', () =>
    decodeBase64Url(origin.slice(nativeOrigin.length)),
  )
  const digests = softwareEnforced.attestationApplicationId?.signatureDigests ?? []
  // Exactly one, as several digests would leave open which of the apps asked.
  const [only] = digests
  if (only !== undefined && digests.length === 1 && equalBytes(only, signer)) return
  throw new AttestationError(
    'app_identity_mismatch',
    'WebAuthn L3 §8.4; Android key attestation, AttestationApplicationId',
    'Unexpected signer of the app in the attestation, expected the one in the origin.',
  )
}
