import type { CredentialRecord } from '../../contract.ts'

/** A credential as `findCredential` and `listCredentials` give it. */
export interface CredentialRow extends Omit<CredentialRecord, 'backupEligible' | 'backedUp' | 'transports'> {
  readonly backupEligible: number
  readonly backedUp: number
  /** A JSON array of strings. */
  readonly transports: string
}

export function credentialOf(row: CredentialRow): CredentialRecord {
  return {
    ...row,
    // Drivers give subclasses of their own, such as Buffer.
    publicKey: new Uint8Array(row.publicKey),
    backupEligible: row.backupEligible === 1,
    backedUp: row.backedUp === 1,
    transports: JSON.parse(row.transports) as readonly string[],
  }
}
