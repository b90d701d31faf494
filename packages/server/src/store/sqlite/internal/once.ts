import { type Operation, operationKeptFor } from '../../contract.ts'
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

/** JSON has no undefined; an empty text stands for it. */
function textOf(result: unknown): string {
  return JSON.stringify(result) ?? ''
}

function resultIn(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text)
}
