import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A secret that must not be found: text as people see it, or bytes. */
export interface Canary {
  readonly name: string
  readonly secret: string | Uint8Array
}

/** Of a shorter secret one of the three alignments in base64 shows no character, and nothing is found everywhere. */
const shortestSecret = 5

/**
 * Every way the secret could lie in a file: as it is, base64 and base64url at any alignment, hex, UTF-16. Throws
 * `RangeError` for a secret of less than five bytes.
 */
export function spellingsOf(secret: string | Uint8Array): readonly Buffer[] {
  const bytes = Buffer.from(secret as string)
  if (bytes.length < shortestSecret) {
    throw new RangeError(
      `Unexpected secret of ${bytes.length} bytes, expected at least ${shortestSecret}. Plant a longer one.`,
    )
  }
  const texts = [bytes.toString('hex'), bytes.toString('hex').toUpperCase()]
  for (const offset of [0, 1, 2]) {
    // The characters that depend on nothing but these bytes, wherever in the base64 of a longer text they begin.
    const whole = bytes.subarray(offset, bytes.length - ((bytes.length - offset) % 3))
    texts.push(whole.toString('base64'), whole.toString('base64url'))
  }
  const spellings: Buffer[] = [bytes, ...texts.map((text) => Buffer.from(text))]
  if (typeof secret === 'string') {
    const utf16 = Buffer.from(secret, 'utf16le')
    spellings.push(utf16, Buffer.from(utf16).swap16())
    // Tokens are base64url text over bytes: the bytes themselves must not lie around either.
    if (/^[A-Za-z0-9_-]{22,}$/.test(secret)) spellings.push(...spellingsOf(Buffer.from(secret, 'base64url')))
  }
  return spellings
}

/** Every file below the folders, by path. */
export function readFilesBelow(folder: string): ReadonlyMap<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return new Map(
    files.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name))]),
  )
}

/** Where which canary was found; empty is what it should be. */
export function findCanaries(
  canaries: readonly Canary[],
  files: ReadonlyMap<string, Buffer>,
): readonly string[] {
  const found: string[] = []
  for (const { name, secret } of canaries) {
    const spellings = spellingsOf(secret)
    for (const [path, content] of files) {
      if (spellings.some((spelling) => content.includes(spelling))) found.push(`${name} in ${path}`)
    }
  }
  return found
}
