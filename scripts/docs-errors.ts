import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CatalogueEntry, catalogue } from '@keybound/protocol/catalogue'
import { root } from './packages.ts'

/** Where the pages lie. */
export const errorPagesFolder = join(root, 'docs/errors')

const generated = '<!-- Written by `npm run docs:errors` from packages/protocol/src/errors/catalogue. -->'

/** The pages about error codes, by file name: one for each code and a list of all. */
export function errorPages(): ReadonlyMap<string, string> {
  const entries = Object.entries<CatalogueEntry>(catalogue).sort(([a], [b]) => (a < b ? -1 : 1))
  const pages = new Map([['README.md', listOf(entries)]])
  for (const [code, entry] of entries) pages.set(`${code}.md`, pageOf(code, entry))
  return pages
}

function pageOf(code: string, entry: CatalogueEntry): string {
  return `${generated}

# \`${code}\`: ${entry.title}

**What happened.** ${entry.happened}

**What to do.** ${entry.whatToDo}

**Where it is seen.** ${seenAt(entry.status)}

[All codes](README.md)
`
}

function listOf(entries: readonly [string, CatalogueEntry][]): string {
  const rows = entries.map(([code, { status, title }]) => {
    return `| [\`${code}\`](${code}.md) | ${status === 0 ? '' : status} | ${title} |`
  })
  return `${generated}

# Error codes

Every error of Keybound is a \`KeyboundError\` with one of these codes. The list is closed and the same on the server
and in every client; codes are never renamed. Switch on \`error.code\`; messages are for people and may change.

| code | HTTP status | title |
| --- | --- | --- |
${rows.join('\n')}
`
}

function seenAt(status: number): string {
  if (status === 0) return 'Thrown where it happens, with this code; it never travels over HTTP.'
  return `HTTP status ${status}, as an RFC 9457 problem with this \`code\`; the client throws it on as it came.`
}

if (import.meta.main) {
  const pages = errorPages()
  mkdirSync(errorPagesFolder, { recursive: true })
  for (const file of readdirSync(errorPagesFolder)) {
    if (!pages.has(file)) rmSync(join(errorPagesFolder, file))
  }
  for (const [file, text] of pages) writeFileSync(join(errorPagesFolder, file), text)
  console.log(`docs/errors: ${pages.size - 1} codes`)
}
