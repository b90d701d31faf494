import type { CborMap } from '@keybound/protocol/encoding'
import { DerReader } from '../../der/reader.ts'
import { contextTag, derTag } from '../../der/tag.ts'
import { refusing } from '../../errors.ts'
import { equalBytes } from '../../internal/bytes.ts'
import type { Certificate } from '../../x509/certificate.ts'
import { readX5c } from './certificates.ts'
import { invalidStatement, requireMembers, type StatementInput, type StatementVerdict } from './statement.ts'

const rule = 'WebAuthn L3 §8.8'
const nonceExtension = '1.2.840.113635.100.8.2'

/**
 * Apple anonymous attestation (WebAuthn L3 §8.8): no signature; Apple certified the credential key together with a
 * nonce over this response. Genuine statements carry `alg` although the format does not define it.
 */
export async function verifyApple(statement: CborMap, input: StatementInput): Promise<StatementVerdict> {
  requireMembers(statement, ['alg', 'x5c'], rule)
  const trustPath = readX5c(statement, rule)
  const [leaf] = trustPath
  const { algorithm } = input.credentialKey.cose
  if (statement.has('alg') && statement.get('alg') !== algorithm) {
    throw invalidStatement(rule, `Unexpected alg, expected ${algorithm} as in the credential key.`)
  }
  const nonce = await input.crypto.sha256(input.signedData)
  if (!equalBytes(readNonce(leaf), nonce)) {
    throw invalidStatement(rule, 'Unexpected nonce in the certificate, expected the hash of this response.')
  }
  if (!equalBytes(leaf.publicKey.spki, input.credentialKey.publicKey.spki)) {
    throw invalidStatement(rule, 'Unexpected certified key, expected the credential key.')
  }
  return { type: 'basic', trustPath }
}

/** SEQUENCE { [1] EXPLICIT OCTET STRING }, nothing else. */
function readNonce(leaf: Certificate): Uint8Array {
  const extension = leaf.extensions.get(nonceExtension)
  if (extension === undefined) {
    throw invalidStatement(rule, `Unexpected absence of extension ${nonceExtension}, expected a nonce.`)
  }
  return refusing('attestation_statement_invalid', rule, () => {
    const outer = new DerReader(extension.value)
    const sequence = outer.enter()
    outer.end()
    const explicit = sequence.enter(contextTag(1))
    sequence.end()
    const nonce = explicit.read(derTag.octetString)
    explicit.end()
    return nonce
  })
}
