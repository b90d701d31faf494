/** What judging an operation gave: an effect, whose result is kept under the operation's id, or a refusal. */
export interface Verdict<Result> {
  readonly result: Result
  readonly kept: boolean
}

/** The operation took effect: its result is kept. */
export function effect<Result>(result: Result): Verdict<Result> {
  return { result, kept: true }
}

/** The operation changed nothing: its result is not kept. */
export function refusal<Result>(result: Result): Verdict<Result> {
  return { result, kept: false }
}
