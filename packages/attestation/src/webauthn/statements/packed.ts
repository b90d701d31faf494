import type { CborMap } from '@keybound/protocol/encoding'
import type { Certificate } from '../../x509/certificate.ts'
import { attributeValues } from '../../x509/name.ts'
import { oid } from '../../x509/oids.ts'
import { signatureAlgorithmOf, verifyWithCredentialKey } from '../internal/cose-signature.ts'
import { checkAaguidExtension, isSignedByLeaf, readX5c, requireLeaf } from './certificates.ts'
import {
  bytesOf,
  invalidStatement,
  requireMembers,
  type StatementInput,
  type StatementVerdict,
} from './statement.ts'

const rule = 'WebAuthn L3 §8.2'
const certificateRule = 'WebAuthn L3 §8.2.1'

/** Packed attestation (WebAuthn L3 §8.2): signed by a certified attestation key, or by the credential's own. */
export function verifyPacked(statement: CborMap, input: StatementInput): Promise<StatementVerdict> {
  requireMembers(statement, ['alg', 'sig', 'x5c'], rule)
  // An empty x5c is a broken certified statement, not a self attestation.
  return statement.has('x5c') ? verifyCertified(statement, input) : verifySelf(statement, input)
}

async function verifyCertified(statement: CborMap, input: StatementInput): Promise<StatementVerdict> {
  const trustPath = readX5c(statement, rule)
  const [leaf] = trustPath
  const signature = bytesOf(statement, 'sig', rule)
  const { crypto, signedData, attested } = input
  const algorithm = signatureAlgorithmOf(statement.get('alg'))
  if (!(await isSignedByLeaf(crypto, algorithm, leaf, signature, signedData))) {
    throw invalidStatement(
      rule,
      'Unexpected signature, expected one by the certified key over this response.',
    )
  }
  requireLeaf(leaf, certificateRule)
  checkSubject(leaf)
  checkAaguidExtension(leaf, attested.aaguid, certificateRule)
  return { type: 'basic', trustPath }
}

/** §8.2.1: country, organisation and name of the maker's choice, unit as written there. */
function checkSubject({ subject }: Certificate): void {
  const single = (type: string): string | undefined => {
    const values = attributeValues(subject, type)
    return values.length === 1 ? values[0] : undefined
  }
  if (!/^[A-Z]{2}$/i.test(single(oid.countryName) ?? '')) {
    throw invalidStatement(certificateRule, 'Unexpected C in the subject, expected a country code.')
  }
  if (!single(oid.organizationName)) {
    throw invalidStatement(certificateRule, 'Unexpected O in the subject, expected the maker.')
  }
  if (single(oid.organizationalUnitName) !== 'Authenticator Attestation') {
    throw invalidStatement(
      certificateRule,
      'Unexpected OU in the subject, expected "Authenticator Attestation".',
    )
  }
  if (!single(oid.commonName)) {
    throw invalidStatement(certificateRule, 'Unexpected CN in the subject, expected a name.')
  }
}

async function verifySelf(statement: CborMap, input: StatementInput): Promise<StatementVerdict> {
  const { credentialKey, signedData, crypto } = input
  if (statement.get('alg') !== credentialKey.cose.algorithm) {
    throw invalidStatement(
      rule,
      `Unexpected alg, expected ${credentialKey.cose.algorithm} as in the credential key.`,
    )
  }
  const signature = bytesOf(statement, 'sig', rule)
  if (!(await verifyWithCredentialKey(crypto, credentialKey, signature, signedData))) {
    throw invalidStatement(
      rule,
      'Unexpected signature, expected one by the credential key over this response.',
    )
  }
  return { type: 'self', trustPath: [] }
}
