import type { Store } from '../../contract.ts'
import { copyOfEvidence, listEvidence } from './evidence-operations.ts'
import { listNotices } from './notice-operations.ts'
import { copyOf, credentialsOf } from './operations.ts'
import type { Realm } from './realm.ts'
import { listFamilies } from './token-operations.ts'
import { findExceededLimit, findTransaction } from './transaction-operations.ts'

/** Looks at a realm in one turn of the event loop. */
export type Look = <Result>(realm: string, read: (realm: Realm) => Result) => Promise<Result>

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

/** Everything that is given is a copy. */
export function createReadCalls(look: Look): Pick<Store, Reads> {
  return {
    findCredential: (realm, id) =>
      look(realm, ({ credentials }) => {
        const credential = credentials.get(id)
        return credential && copyOf(credential)
      }),
    listCredentials: (realm, account) => look(realm, (held) => credentialsOf(held, account).map(copyOf)),
    findEvidence: (realm, credentialId) =>
      look(realm, ({ evidence }) => {
        const found = evidence.get(credentialId)
        return found && copyOfEvidence(found)
      }),
    listEvidence: (realm, page) => look(realm, (held) => listEvidence(held, page)),
    findSession: (realm, tokenHash) => look(realm, ({ sessions }) => plain(sessions.get(tokenHash))),
    findFamily: (realm, id) => look(realm, ({ families }) => plain(families.get(id))),
    listFamilies: (realm, account) => look(realm, (held) => listFamilies(held, account)),
    findTransaction: (realm, id) => look(realm, (held) => findTransaction(held, id)),
    findExceededLimit: (input) => look(input.realm, (held) => findExceededLimit(held, input)),
    listNotices: (realm, account, reader) => look(realm, (held) => listNotices(held, account, reader)),
    findPassword: (realm, username) => look(realm, ({ passwords }) => plain(passwords.get(username))),
  }
}

function plain<Kept>(record: Kept | undefined): Kept | undefined {
  return record && { ...record }
}
