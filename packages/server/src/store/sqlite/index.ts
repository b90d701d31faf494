import { KeyboundError } from '@keybound/protocol'
import {
  clockTolerance,
  type Operation,
  type PasswordRecord,
  type SessionRecord,
  type SingleUse,
  type Store,
} from '../contract.ts'
import type { Verdict } from '../internal/verdict.ts'
import type { FamilyRecord } from '../token-contract.ts'
import { openNodeSqlite, type SqliteDatabase } from './driver.ts'
import { type CredentialRow, credentialOf } from './internal/credential-row.ts'
import { asKeyboundError } from './internal/failure.ts'
import { createGroupCommit } from './internal/group-commit.ts'
import { once, onceForChallenge } from './internal/once.ts'
import { openDatabase } from './internal/open.ts'
import * as operations from './internal/operations.ts'
import { patiently } from './internal/patience.ts'
import { prepareStatements, rowOf, rowsOf, type Statements } from './internal/statements.ts'
import * as tokens from './internal/token-operations.ts'
import { createTransaction } from './internal/transaction.ts'

export type { SqliteDatabase, SqliteStatement, SqliteValue } from './driver.ts'

/** What {@link createSqliteStore} needs to know. */
export interface SqliteStoreOptions {
  /**
   * The database file, made with mode 0600 if missing, in a folder made with mode 0700 if missing. On a local disk:
   * the write-ahead log does not work over a network. Any number of processes of one machine may share it.
   */
  readonly path: string
  /**
   * Milliseconds to wait while other processes hold the write lock, before `store_unavailable`. Blocks the event loop
   * at start only. Default 5000 (5 seconds), at least 1.
   */
  readonly lockTimeout?: number
  /** Opens a connection. Default: the SQLite built into Node. For better-sqlite3: `(path) => new Database(path)`. */
  readonly open?: (path: string) => SqliteDatabase
}

/** Most rows that one transaction of `prune` deletes from one table. */
const pruneStep = 500

/**
 * Opens the embedded store, and brings its schema to this version.
 *
 * Every commit is synced before it is acknowledged; operations asked in the same turn of the event loop share one.
 * Throws `store_unavailable` when the file cannot be opened or written, `store_schema_newer` or
 * `store_schema_changed` when another version wrote it, `configuration_invalid` for a path that is no file.
 */
export function createSqliteStore(options: SqliteStoreOptions): Store {
  const lockTimeout = options.lockTimeout ?? 5000
  const database = openDatabase(options.path, options.open ?? openNodeSqlite, lockTimeout)
  const statements = prepareStatements(database)
  const commit = createGroupCommit(createTransaction(database), lockTimeout)
  const running = new Set<Promise<unknown>>()
  let closing: Promise<void> | undefined

  /** Every call goes through here: a closed store takes none, closing waits for all, and errors are ours. */
  function guarded<Result>(work: () => Promise<Result>): Promise<Result> {
    if (closing !== undefined) {
      return Promise.reject(
        new KeyboundError('store_unavailable', 'Unexpected call of a closed store. Open a new one.'),
      )
    }
    const call = work()
      .catch((error: unknown) => {
        throw asKeyboundError(error)
      })
      .finally(() => running.delete(call))
    running.add(call)
    return call
  }

  function read<Result>(look: () => Result): Promise<Result> {
    return guarded(() => patiently(look, lockTimeout))
  }

  /** Answers from what was kept under the id, or judges and keeps. */
  function write<Input extends Operation, Result>(
    name: string,
    apply: (run: Statements, input: Input) => Verdict<Result>,
  ): (input: Input) => Promise<Result> {
    return (input) => guarded(() => commit(() => once(statements, name, input, apply)))
  }

  /** The same for operations that use up a challenge; `done` is their result when they take effect. */
  function useUp<
    Input extends Operation & { readonly challenge: SingleUse },
    Result extends { readonly outcome: string },
  >(name: string, apply: (run: Statements, input: Input) => Verdict<Result>, done: Result) {
    return (input: Input) =>
      guarded(() => commit(() => onceForChallenge(statements, name, input, apply, done)))
  }

  /** For operations whose results need not be kept. */
  function change<Input, Result>(
    apply: (run: Statements, input: Input) => Result,
  ): (input: Input) => Promise<Result> {
    return (input) => guarded(() => commit(() => apply(statements, input)))
  }

  async function prune(now: number): Promise<void> {
    const { pruneOperations, pruneUses, pruneSessions, pruneFamilies, pruneProofs, pruneBuckets } = statements
    const all = [pruneOperations, pruneUses, pruneSessions, pruneFamilies, pruneProofs, pruneBuckets]
    for (const statement of all) {
      let deleted: number
      do {
        // A transaction of its own each: requests come between.
        deleted = await commit(() => Number(statement.run(now - clockTolerance, pruneStep).changes))
      } while (deleted === pruneStep)
    }
    // Old pages of the log still hold what was deleted; this empties it, unless a reader in another process is busy.
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  }

  return {
    registerCredential: useUp('registerCredential', operations.registerCredential, { outcome: 'registered' }),
    recordAuthentication: useUp('recordAuthentication', operations.recordAuthentication, {
      outcome: 'recorded',
    }),
    removeCredential: write('removeCredential', operations.removeCredential),
    startSession: write('startSession', operations.startSession),
    endSession: write('endSession', operations.endSession),
    takeAttempt: write('takeAttempt', operations.takeAttempt),
    clearAttempts: write('clearAttempts', operations.clearAttempts),
    savePassword: write('savePassword', operations.savePassword),
    startFamily: useUp('startFamily', tokens.startFamily, { outcome: 'recorded' }),
    rotateRefreshToken: change(tokens.rotateRefreshToken),
    revokeFamilies: change(tokens.revokeFamilies),
    recordActivity: change(tokens.recordActivity),
    useProof: change(tokens.useProof),
    findCredential: (realm, id) =>
      read(() => {
        const row = rowOf<CredentialRow>(statements.findCredential, realm, id)
        return row && credentialOf(row)
      }),
    listCredentials: (realm, account) =>
      read(() => rowsOf<CredentialRow>(statements.listCredentials, realm, account).map(credentialOf)),
    findSession: (realm, tokenHash) =>
      read(() => {
        const row = rowOf<SessionRecord>(statements.findSession, realm, tokenHash)
        return row && { ...row }
      }),
    findFamily: (realm, id) =>
      read(() => {
        const row = rowOf<FamilyRecord>(statements.findFamily, realm, id)
        return row && { ...row }
      }),
    listFamilies: (realm, account) =>
      read(() => rowsOf<FamilyRecord>(statements.listFamilies, realm, account).map((row) => ({ ...row }))),
    findPassword: (realm, username) =>
      read(() => {
        const row = rowOf<PasswordRecord>(statements.findPassword, realm, username)
        return row && { ...row }
      }),
    openAs: (mode) =>
      guarded(() =>
        commit(() => {
          if (mode === 'demo') statements.markDemo.run()
          else if (statements.findDemoMark.get() !== undefined) return 'markedDemo'
          return 'opened'
        }),
      ),
    prune: (now) => guarded(() => prune(now)),
    close: () => {
      closing ??= Promise.allSettled(running).then(() => void database.close())
      return closing
    },
  }
}
