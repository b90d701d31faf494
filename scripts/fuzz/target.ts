/** Something that reads what anybody may send. */
export interface Target {
  readonly name: string
  /** Genuine inputs to begin with. */
  readonly seeds: readonly Uint8Array[]
  /** The grammar of the inputs: besides their bytes, their trees are changed too. */
  readonly grammar: 'bytes' | 'der' | 'cbor'
  /** Most steps (see {@link Trace}) of one input: these, and as many for each of its bytes. */
  readonly steps: { readonly fixed: number; readonly each: number }
  /**
   * Reads the input. Refusing it with a `KeyboundError` is right, any other error is a finding, and so is the
   * {@link BrokenPromise} that this throws where what was read does not lead back to the input.
   */
  readonly run: (input: Uint8Array) => unknown
}

/** An accepted input of which something is not as it must be. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise'
}

/** Insists on what must hold for every accepted input. */
export function insist(holds: boolean, what: string): void {
  if (!holds) throw new BrokenPromise(`Unexpected outcome, expected ${what}.`)
}

/** Insists that two byte strings are the same. */
export function insistSame(found: Uint8Array, expected: Uint8Array, what: string): void {
  insist(Buffer.compare(found, expected) === 0, what)
}
