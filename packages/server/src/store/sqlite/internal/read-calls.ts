import type { PasswordRecord, SessionRecord, Store } from '../../contract.ts'
import type { FamilyRecord } from '../../token-contract.ts'
import { type CredentialRow, credentialOf } from './credential-row.ts'
import { findEvidence, listEvidence } from './evidence-operations.ts'
import { listNotices } from './notice-operations.ts'
import { rowOf, rowsOf, type Statements } from './statements.ts'
import { findExceededLimit, findTransaction } from './transaction-operations.ts'

/** Runs a read outside of any transaction: one statement sees one state of the database. */
export type Look = <Result>(read: (run: Statements) => Result) => Promise<Result>

type Reads =
  | 'findCredential'
  | 'listCredentials'
  | 'findEvidence'
  | 'listEvidence'
  | 'findSession'
  | 'findFamily'
  | 'listFamilies'
  | 'listNotices'
  | 'findPassword'
  | 'findTransaction'
  | 'findExceededLimit'

export function createReadCalls(look: Look): Pick<Store, Reads> {
  return {
    findCredential: (realm, id) =>
      look((run) => {
        const row = rowOf<CredentialRow>(run.findCredential, realm, id)
        return row && credentialOf(row)
      }),
    listCredentials: (realm, account) =>
      look((run) => rowsOf<CredentialRow>(run.listCredentials, realm, account).map(credentialOf)),
    findEvidence: (realm, credentialId) => look((run) => findEvidence(run, realm, credentialId)),
    listEvidence: (realm, page) => look((run) => listEvidence(run, realm, page)),
    findSession: (realm, tokenHash) =>
      look((run) => plain(rowOf<SessionRecord>(run.findSession, realm, tokenHash))),
    findFamily: (realm, id) => look((run) => plain(rowOf<FamilyRecord>(run.findFamily, realm, id))),
    listFamilies: (realm, account) =>
      look((run) => rowsOf<FamilyRecord>(run.listFamilies, realm, account).map((row) => ({ ...row }))),
    findTransaction: (realm, id) => look((run) => findTransaction(run, realm, id)),
    findExceededLimit: (input) => look((run) => findExceededLimit(run, input)),
    listNotices: (realm, account, reader) => look((run) => listNotices(run, realm, account, reader)),
    findPassword: (realm, username) =>
      look((run) => plain(rowOf<PasswordRecord>(run.findPassword, realm, username))),
  }
}

/** Drivers give objects without a prototype. */
function plain<Row>(row: Row | undefined): Row | undefined {
  return row && { ...row }
}
