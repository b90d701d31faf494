import type { Operation, Store } from '@keybound/server/store'
import { freshener, type WrongStore, wrongStore } from './wrong-store.ts'

/** Replaces every writing operation by the same wrapper. */
function everyOperation(
  right: Store,
  wrap: <Input extends Operation, Result>(
    name: string,
    call: (input: Input) => Promise<Result>,
  ) => (input: Input) => Promise<Result>,
): Partial<Store> {
  return {
    registerCredential: wrap('registerCredential', right.registerCredential),
    recordAuthentication: wrap('recordAuthentication', right.recordAuthentication),
    removeCredential: wrap('removeCredential', right.removeCredential),
    startSession: wrap('startSession', right.startSession),
    endSession: wrap('endSession', right.endSession),
    takeAttempt: wrap('takeAttempt', right.takeAttempt),
    clearAttempts: wrap('clearAttempts', right.clearAttempts),
    savePassword: wrap('savePassword', right.savePassword),
    startFamily: wrap('startFamily', right.startFamily),
  }
}

/** Keeps results of its own, under a key of its own, for ever. */
function keeping(
  wrong: string,
  fails: readonly string[],
  keyOf: (name: string, input: Operation) => string,
  keeps: (result: unknown) => boolean,
): WrongStore {
  return wrongStore(wrong, fails, (right) => {
    const kept = new Map<string, unknown>()
    return everyOperation(right, (name, call) => async (input) => {
      const key = keyOf(name, input)
      if (kept.has(key)) return kept.get(key) as Awaited<ReturnType<typeof call>>
      const result = await call(input)
      if (keeps(result)) kept.set(key, result)
      return result
    })
  })
}

export const wrongWithOperations = [
  wrongStore(
    'forgets operation ids',
    [
      'answers a repeated registration with its first result',
      'answers a repeated assertion with its first result',
      'answers a repeated removal with its first result',
      'answers a repeated start of a family with its first result',
      'starts and ends a session once for each operation',
      'takes one try for a repeated attempt',
      'gives tries back once for each operation',
      'does not bring an old password back when its operation is repeated',
      'keeps a result for a day, and not for ever',
      'gives 64 callers with one operation id the one result of one effect',
    ],
    (right) => {
      const fresh = freshener()
      return everyOperation(right, (_, call) => (input) => {
        return call({ ...input, operationId: fresh(input.operationId) })
      })
    },
  ),

  keeping(
    'keeps results under the operation id alone',
    ['scopes an operation id by realm and by operation', 'keeps a result for a day, and not for ever'],
    (_, input) => input.operationId,
    (result) => result !== 'unknown',
  ),

  keeping(
    'keeps refusals too',
    ['does not keep a refusal: the same id is judged again'],
    (name, input) => JSON.stringify([input.realm, name, input.operationId]),
    () => true,
  ),

  wrongStore('forgets results within a day', ['keeps a result for a day, and not for ever'], (right) => ({
    prune: (now) => right.prune(now + 86_400),
  })),
]
