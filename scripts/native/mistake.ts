import { basename } from 'node:path'

/** A deliberate mistake in the Kotlin or the Swift: a lane that does not see it fails. */
export interface Mistake {
  readonly name: string
  readonly file: string
  readonly from: string
  readonly to: string
  /** The compiler is what sees it. Where this is absent, code that does not compile is a badly made mistake. */
  readonly seenBy?: 'compiler'
  /** Conformance cases that see it where neither compiler nor unit tests do; `all` for any of them. */
  readonly cases?: readonly string[]
}

/** The text with the mistake in it. Throws where the text is not as the mistake expects it. */
export function withMistake({ name, file, from, to }: Mistake, text: string): string {
  if (text.split(from).length !== 2)
    throw new Error(`Unexpected text of ${file}, expected once what "${name}" replaces.`)
  return text.replace(from, () => to)
}

/**
 * What sees a mistake that the compiler refused: the compiler, if it is meant to and complains of that file. Throws what
 * it said otherwise: a build that broke has shown nothing about the tests.
 */
export function seenByCompiler({ file, seenBy }: Mistake, said: string): string {
  // With its place: swift build also names the files that it compiles without complaint.
  const complaint = new RegExp(`${basename(file).replace('.', '\\.')}:\\d+:\\d+: (error|warning):`)
  if (seenBy === 'compiler' && complaint.test(said)) return 'the compiler'
  throw new Error(`not tested, the compiler refused:\n${said}`)
}

/**
 * Makes the mistakes by themselves, of which `only` names some, and prints what sees each. One that nothing sees has
 * failed, and so has one whose trial throws. Answers whether all were seen.
 */
export async function tryEach(
  mistakes: readonly Mistake[],
  only: readonly string[] | undefined,
  seenBy: (mistake: Mistake) => Promise<string | undefined>,
): Promise<boolean> {
  let [seen, failed] = [0, 0]
  for (const mistake of mistakes) {
    if (only !== undefined && !only.includes(mistake.name)) continue
    try {
      const by = await seenBy(mistake)
      if (by === undefined) throw new Error('unseen')
      console.log(`pass  seen by ${by}: ${mistake.name}`)
      seen += 1
    } catch (error) {
      console.log(`FAIL  ${mistake.name}: ${error instanceof Error ? error.message : String(error)}`)
      failed += 1
    }
  }
  console.log(`${seen} passed, ${failed} failed`)
  return failed === 0
}
