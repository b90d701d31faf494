import { setImmediate as pause } from 'node:timers/promises'
import type { Operation, Store, StoreMode } from '@keybound/server/store'
import { createMemoryStore } from '@keybound/server/store/memory'
import type { Verdict } from '../../../packages/server/src/store/internal/verdict.ts'
import * as evidence from '../../../packages/server/src/store/memory/internal/evidence-operations.ts'
import * as notices from '../../../packages/server/src/store/memory/internal/notice-operations.ts'
import * as operations from '../../../packages/server/src/store/memory/internal/operations.ts'
import {
  emptyRealm,
  keyOf,
  pruneRealm,
  type Realm,
} from '../../../packages/server/src/store/memory/internal/realm.ts'
import * as tokens from '../../../packages/server/src/store/memory/internal/token-operations.ts'
import * as transactions from '../../../packages/server/src/store/memory/internal/transaction-operations.ts'

/**
 * A store as it is written without thinking of races: every operation reads the rows, waits as for a database, judges
 * by what it read, and writes its rows back. Alone it does everything right; its rules are the memory store's own.
 */
export function createNonAtomicStore(): Store {
  const realms = new Map<string, Realm>()
  const closing = createMemoryStore()
  let marked: StoreMode | undefined

  function open(name: string): Realm {
    const realm = realms.get(name) ?? emptyRealm()
    realms.set(name, realm)
    return realm
  }

  function write<Input extends Operation, Result>(
    name: string,
    apply: (realm: Realm, input: Input) => Verdict<Result>,
  ): (input: Input) => Promise<Result> {
    return async (input) => {
      await closing.findSession('', '')
      const realm = open(input.realm)
      const before = structuredClone(realm)
      const after = structuredClone(realm)
      await pause()
      const key = keyOf(name, input.operationId)
      const kept = before.operations.get(key)
      if (kept !== undefined) return kept.result as Result
      const { result, kept: keep } = apply(after, input)
      if (keep) after.operations.set(key, { result, expiresAt: input.now + 86_400 })
      writeBack(realm, before, after)
      return result
    }
  }

  /** The same for operations whose results are not kept. */
  function change<Input extends { readonly realm: string }, Result>(
    apply: (realm: Realm, input: Input) => Result,
  ): (input: Input) => Promise<Result> {
    return async (input) => {
      await closing.findSession('', '')
      const realm = open(input.realm)
      const before = structuredClone(realm)
      const after = structuredClone(realm)
      await pause()
      const result = apply(after, input)
      writeBack(realm, before, after)
      return result
    }
  }

  async function read<Result>(name: string, look: (realm: Realm) => Result): Promise<Result> {
    await closing.findSession('', '')
    return look(structuredClone(open(name)))
  }

  return {
    registerCredential: write('registerCredential', operations.registerCredential),
    recordAuthentication: write('recordAuthentication', operations.recordAuthentication),
    recordJudgement: write('recordJudgement', evidence.recordJudgement),
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
    acknowledgeNotice: change(notices.acknowledgeNotice),
    useProof: change(tokens.useProof),
    createTransaction: write('createTransaction', transactions.createTransaction),
    approveTransaction: write('approveTransaction', transactions.approveTransaction),
    takeDeliveries: change(transactions.takeDeliveries),
    finishDelivery: change(transactions.finishDelivery),
    findTransaction: (realm, id) => read(realm, (held) => transactions.findTransaction(held, id)),
    findExceededLimit: (input) => read(input.realm, (held) => transactions.findExceededLimit(held, input)),
    findFamily: (realm, id) => read(realm, ({ families }) => families.get(id)),
    listFamilies: (realm, account) => read(realm, (held) => tokens.listFamilies(held, account)),
    findCredential: (realm, id) => read(realm, ({ credentials }) => credentials.get(id)),
    listCredentials: (realm, account) => read(realm, (held) => operations.credentialsOf(held, account)),
    findEvidence: (realm, id) => read(realm, (held) => held.evidence.get(id)),
    listEvidence: (realm, page) => read(realm, (held) => evidence.listEvidence(held, page)),
    listNotices: (realm, account, reader) =>
      read(realm, (held) => notices.listNotices(held, account, reader)),
    findSession: (realm, tokenHash) => read(realm, ({ sessions }) => sessions.get(tokenHash)),
    findPassword: (realm, username) => read(realm, ({ passwords }) => passwords.get(username)),
    openAs: async (mode) => {
      await closing.openAs(mode)
      marked ??= mode
      if (marked === mode) return 'opened'
      return marked === 'demo' ? 'markedDemo' : 'markedProduction'
    },
    prune: async (now) => {
      await closing.prune(now)
      for (const realm of realms.values()) pruneRealm(realm, now)
    },
    close: async () => {
      await pause()
      await closing.close()
    },
  }
}

/** Writes the entries that an operation changed, and no others, as statements on rows would. */
function writeBack(realm: Realm, before: Realm, after: Realm): void {
  for (const table of Object.keys(realm) as (keyof Realm)[]) {
    const [rows, old, changed] = [realm[table], before[table], after[table]] as Map<string, unknown>[]
    for (const key of old?.keys() ?? []) if (!changed?.has(key)) rows?.delete(key)
    for (const [key, row] of changed ?? []) {
      if (JSON.stringify(old?.get(key)) !== JSON.stringify(row)) rows?.set(key, row)
    }
  }
}
