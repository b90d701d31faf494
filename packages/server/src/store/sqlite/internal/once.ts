import { type Operation, operationKeptFor, type SingleUse } from '../../contract.ts'
import { mayBeForgotten } from '../../internal/rules.ts'
import type { Verdict } from '../../internal/verdict.ts'
import { rowOf, type Statements } from './statements.ts'

/** Answers from the result that was kept under the operation's id, or judges the operation and keeps its effect. */
export function once<Input extends Operation, Result>(
  run: Statements,
  name: string,
  input: Input,
  apply: (run: Statements, input: Input) => Verdict<Result>,
): Result {
  const { realm, operationId, now } = input
  const kept = rowOf<{ result: string }>(run.findOperation, realm, name, operationId)
  if (kept !== undefined) return resultIn(kept.result) as Result
  const verdict = apply(run, input)
  if (verdict.kept) {
    run.keepOperation.run(realm, name, operationId, textOf(verdict.result), now + operationKeptFor)
  }
  return verdict.result
}

/**
 * The same for operations that use up a challenge: their result is kept with the use of the challenge instead of in a
 * row of its own. Sign-ins wait for these, and every row costs their commit pages to write. An id is only ever sent
 * again with the same input, so looking by the challenge finds it.
 * @param done The one result such an operation has when it takes effect.
 */
export function onceForChallenge<
  Input extends Operation & { readonly challenge: SingleUse },
  Result extends { readonly outcome: string },
>(
  run: Statements,
  name: string,
  input: Input,
  apply: (run: Statements, input: Input) => Verdict<Result>,
  done: Result,
): Result | { readonly outcome: 'challengeUsed' } {
  const { realm, operationId, challenge, now } = input
  const use = rowOf<Use>(run.findUse, realm, 'challenge', challenge.hash)
  if (use?.operation === name && use.operationId === operationId) return done
  if (use !== undefined || mayBeForgotten(challenge.expiresAt, now)) return { outcome: 'challengeUsed' }
  const verdict = apply(run, input)
  if (verdict.kept) {
    const keptUntil = Math.max(challenge.expiresAt, now + operationKeptFor)
    run.addUse.run(realm, 'challenge', challenge.hash, keptUntil, name, operationId)
  }
  return verdict.result
}

/** Which operation used a single-use thing up. */
interface Use {
  readonly operation: string
  readonly operationId: string
}

/** JSON has no undefined; an empty text stands for it. */
function textOf(result: unknown): string {
  return JSON.stringify(result) ?? ''
}

function resultIn(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text)
}
