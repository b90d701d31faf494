import type { CborMap } from '@keybound/protocol/encoding'
import { concatBytes } from '../../der/writer.ts'
import { isSignedByLeaf, readX5c } from './certificates.ts'
import {
  bytesOf,
  invalidStatement,
  requireMembers,
  type StatementInput,
  type StatementVerdict,
} from './statement.ts'

const rule = 'WebAuthn L3 §8.6'

/** FIDO U2F attestation (WebAuthn L3 §8.6): P-256 only, one certificate, a signed message of its own. */
export async function verifyFidoU2f(statement: CborMap, input: StatementInput): Promise<StatementVerdict> {
  requireMembers(statement, ['sig', 'x5c'], rule)
  const trustPath = readX5c(statement, rule)
  const [certificate] = trustPath
  if (trustPath.length !== 1) {
    throw invalidStatement(rule, `Unexpected ${trustPath.length} certificates, expected exactly one.`)
  }
  const { publicKey } = certificate
  if (publicKey.kind !== 'ec' || publicKey.curve !== 'p256') {
    throw invalidStatement(rule, 'Unexpected certified key, expected one on P-256.')
  }
  const { cose } = input.credentialKey
  if (cose.type !== 'EC2' || cose.algorithm !== -7) {
    throw invalidStatement(rule, `Unexpected credential algorithm ${cose.algorithm}, expected ES256 (-7).`)
  }
  checkUnsigned(input)
  const message = concatBytes([
    Uint8Array.of(0),
    input.authenticatorData.rpIdHash,
    input.clientDataHash,
    input.attested.credentialId,
    Uint8Array.of(4),
    cose.x,
    cose.y,
  ])
  const signature = bytesOf(statement, 'sig', rule)
  if (!(await isSignedByLeaf(input.crypto, 'ecdsa-p256-sha256', certificate, signature, message))) {
    throw invalidStatement(
      rule,
      'Unexpected signature, expected one by the certified key over this registration.',
    )
  }
  return { type: 'basic', trustPath, subject: 'unknownModel' }
}

/**
 * Flags and extensions are not signed. CTAP 2.2 §7.1.4 fixes them, because U2F knows no more than a touch; any other
 * value is somebody's invention. The counter is fixed as well, but genuine devices send one, so it is left out of the
 * verdict instead.
 */
function checkUnsigned({ authenticatorData }: StatementInput): void {
  const { flags, extensions } = authenticatorData
  if (flags.userVerified || flags.backupEligible || extensions !== undefined) {
    throw invalidStatement('CTAP 2.2 §7.1.4', 'Unexpected flags or extensions, expected UP alone and none.')
  }
}
