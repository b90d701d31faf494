/** A deliberate mistake in the Kotlin or the Swift: a lane that does not see it fails. */
export interface Mistake {
  readonly name: string
  readonly file: string
  readonly from: string
  readonly to: string
  /** Conformance cases that see it where neither compiler nor unit tests do; `all` for any of them. */
  readonly cases?: readonly string[]
}

/** The text with the mistake in it. Throws where the text is not as the mistake expects it. */
export function withMistake({ name, file, from, to }: Mistake, text: string): string {
  if (text.split(from).length !== 2)
    throw new Error(`Unexpected text of ${file}, expected once what "${name}" replaces.`)
  return text.replace(from, () => to)
}
