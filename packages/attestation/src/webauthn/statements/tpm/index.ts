import type { CborMap, CborValue, CoseKey } from '@keybound/protocol/encoding'
import { algorithms } from '../../../crypto/algorithms.ts'
import type { CryptoPort, SignatureAlgorithm } from '../../../crypto/port.ts'
import { concatBytes } from '../../../der/writer.ts'
import { equalBytes } from '../../../internal/bytes.ts'
import { signatureAlgorithmOf } from '../../internal/cose-signature.ts'
import { checkAaguidExtension, isSignedByLeaf, readX5c } from '../certificates.ts'
import {
  bytesOf,
  invalidStatement,
  requireMembers,
  type StatementInput,
  type StatementVerdict,
} from '../statement.ts'
import { checkAikCertificate } from './certificate.ts'
import { readCertification, readPublicArea, type TpmPublicArea } from './structures.ts'

const rule = 'WebAuthn L3 §8.3'

/** RS1: refused everywhere else, and what the attestation keys of most Windows machines still sign with. */
const rs1 = -65_535

/** TPM attestation (WebAuthn L3 §8.3): a TPM's attestation key certifies that the credential key is its own. */
export async function verifyTpm(statement: CborMap, input: StatementInput): Promise<StatementVerdict> {
  requireMembers(statement, ['ver', 'alg', 'x5c', 'sig', 'certInfo', 'pubArea'], rule)
  if (statement.get('ver') !== '2.0') throw invalidStatement(rule, 'Unexpected ver, expected "2.0".')
  const publicAreaBytes = bytesOf(statement, 'pubArea', rule)
  const publicArea = readPublicArea(publicAreaBytes)
  if (!isSameKey(publicArea, input.credentialKey.cose)) {
    throw invalidStatement(rule, 'Unexpected key in pubArea, expected the credential key.')
  }

  const trustPath = readX5c(statement, rule)
  const [aik] = trustPath
  checkAikCertificate(aik)
  checkAaguidExtension(aik, input.attested.aaguid, rule)
  const algorithm = readAlgorithm(statement.get('alg'))
  const certInfo = bytesOf(statement, 'certInfo', rule)
  const signature = bytesOf(statement, 'sig', rule)
  if (!(await isSignedByLeaf(input.crypto, algorithm, aik, signature, certInfo))) {
    throw invalidStatement(rule, 'Unexpected signature, expected one by the attestation key over certInfo.')
  }

  const certification = readCertification(certInfo)
  const digest = await input.crypto.hash(algorithms[algorithm].hash ?? 'sha256', input.signedData)
  if (!equalBytes(certification.extraData, digest)) {
    throw invalidStatement(rule, 'Unexpected extraData, expected the hash of this response.')
  }
  if (!equalBytes(certification.name, await nameOf(publicArea, publicAreaBytes, input.crypto))) {
    throw invalidStatement(rule, 'Unexpected name in certInfo, expected that of pubArea.')
  }
  // WebAuthn asks nothing of the key's attributes, but a TPM also certifies a key that was made outside and imported.
  return publicArea.isBound ? { type: 'basic', trustPath } : { type: 'basic', trustPath, subject: 'device' }
}

function readAlgorithm(alg: CborValue | undefined): SignatureAlgorithm {
  const algorithm = alg === rs1 ? 'rsa-pkcs1-sha1' : signatureAlgorithmOf(alg)
  if (algorithm === undefined) throw invalidStatement(rule, 'Unexpected alg, expected a known algorithm.')
  return algorithm
}

/** Part 1 §16: the hash's identifier and the hash of the public area. */
async function nameOf(area: TpmPublicArea, bytes: Uint8Array, crypto: CryptoPort): Promise<Uint8Array> {
  const id = area.nameAlgorithmId
  return concatBytes([Uint8Array.of(id >> 8, id & 0xff), await crypto.hash(area.nameAlgorithm, bytes)])
}

function isSameKey(area: TpmPublicArea, key: CoseKey): boolean {
  if (area.type === 'RSA') {
    if (key.type !== 'RSA' || !equalBytes(area.modulus, key.n)) return false
    return area.exponent === key.e.reduce((value, byte) => value * 256 + byte, 0)
  }
  return (
    key.type === 'EC2' && area.curve === key.curve && equalBytes(area.x, key.x) && equalBytes(area.y, key.y)
  )
}
