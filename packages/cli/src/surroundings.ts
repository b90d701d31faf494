/** What a command touches outside itself; passed in, so that tests can be the terminal. */
export interface Surroundings {
  readonly args: readonly string[]
  readFile(path: string): Promise<Uint8Array>
  readStandardInput(): Promise<Uint8Array>
  writeOutput(text: string): void
  writeError(text: string): void
  now(): Date
  /** Whether the output is drawn in colour: it is a terminal, and nobody set NO_COLOR. */
  readonly isColorful: boolean
  /** Characters of a line. */
  readonly columns: number
}

/** 0: passed. 1: refused. 2: the command was not understood, or an input could not be read. */
export type ExitStatus = 0 | 1 | 2

/** What whoever typed the command got wrong. Ends in exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
