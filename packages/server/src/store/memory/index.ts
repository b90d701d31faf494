import { KeyboundError } from '@keybound/protocol'
import { type Operation, operationKeptFor, type Store } from '../contract.ts'
import type { Verdict } from '../internal/verdict.ts'
import * as operations from './internal/operations.ts'
import { emptyRealm, keyOf, pruneRealm, type Realm } from './internal/realm.ts'
import * as tokens from './internal/token-operations.ts'

type Effect<Input, Result> = (realm: Realm, input: Input) => Verdict<Result>

/**
 * A store in the memory of this process, for tests and first tries: everything is gone when the process ends, and
 * nothing is shared with other processes. Otherwise it keeps every rule of {@link Store}.
 */
export function createMemoryStore(): Store {
  const realms = new Map<string, Realm>()
  let demo = false
  let closed = false

  function read<Result>(name: string, look: (realm: Realm) => Result): Promise<Result> {
    return settle(() => look(realms.get(name) ?? emptyRealm()))
  }

  /** Answers from what was kept under the id, or judges and keeps. One turn of the event loop: nothing comes between. */
  function write<Input extends Operation, Result>(name: string, apply: Effect<Input, Result>) {
    return (input: Input): Promise<Result> =>
      settle(() => {
        const realm = realms.get(input.realm) ?? emptyRealm()
        const key = keyOf(name, input.operationId)
        const kept = realm.operations.get(key)
        if (kept !== undefined) return kept.result as Result
        const verdict = apply(realm, input)
        if (verdict.kept) {
          realm.operations.set(key, { result: verdict.result, expiresAt: input.now + operationKeptFor })
          realms.set(input.realm, realm)
        }
        return verdict.result
      })
  }

  /** For operations whose results need not be kept. */
  function change<Input extends { readonly realm: string }, Result>(
    apply: (realm: Realm, input: Input) => Result,
  ) {
    return (input: Input): Promise<Result> =>
      settle(() => {
        const realm = realms.get(input.realm) ?? emptyRealm()
        realms.set(input.realm, realm)
        return apply(realm, input)
      })
  }

  async function settle<Result>(work: () => Result): Promise<Result> {
    if (closed) {
      throw new KeyboundError('store_unavailable', 'Unexpected call of a closed store. Open a new one.')
    }
    return work()
  }

  return {
    registerCredential: write('registerCredential', operations.registerCredential),
    recordAuthentication: write('recordAuthentication', operations.recordAuthentication),
    removeCredential: write('removeCredential', operations.removeCredential),
    startSession: write('startSession', operations.startSession),
    endSession: write('endSession', operations.endSession),
    takeAttempt: write('takeAttempt', operations.takeAttempt),
    clearAttempts: write('clearAttempts', operations.clearAttempts),
    savePassword: write('savePassword', operations.savePassword),
    startFamily: write('startFamily', tokens.startFamily),
    rotateRefreshToken: change(tokens.rotateRefreshToken),
    revokeFamilies: change(tokens.revokeFamilies),
    recordActivity: change(tokens.recordActivity),
    useProof: change(tokens.useProof),
    findCredential: (realm, id) =>
      read(realm, ({ credentials }) => {
        const credential = credentials.get(id)
        return credential && operations.copyOf(credential)
      }),
    listCredentials: (realm, account) =>
      read(realm, (held) => operations.credentialsOf(held, account).map(operations.copyOf)),
    findSession: (realm, tokenHash) =>
      read(realm, ({ sessions }) => {
        const session = sessions.get(tokenHash)
        return session && { ...session }
      }),
    findFamily: (realm, id) =>
      read(realm, ({ families }) => {
        const family = families.get(id)
        return family && { ...family }
      }),
    listFamilies: (realm, account) => read(realm, (held) => tokens.listFamilies(held, account)),
    findPassword: (realm, username) =>
      read(realm, ({ passwords }) => {
        const password = passwords.get(username)
        return password && { ...password }
      }),
    openAs: (mode) =>
      settle(() => {
        demo ||= mode === 'demo'
        return demo && mode === 'production' ? 'markedDemo' : 'opened'
      }),
    prune: (now) =>
      settle(() => {
        for (const realm of realms.values()) pruneRealm(realm, now)
      }),
    close: async () => {
      closed = true
    },
  }
}
