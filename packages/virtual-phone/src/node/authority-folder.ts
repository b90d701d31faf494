import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AuthorityState, createVirtualAuthority, type VirtualAuthority } from '../authority/authority.ts'

const fileName = 'virtual-authority.json'

/**
 * The authority of a data folder: made with random keys the first time, the same ever after (law 7). Its keys lie in a
 * file that only the owner reads; whoever has them can attest anything to servers that trust this authority.
 */
export async function openVirtualAuthority(folder: string): Promise<VirtualAuthority> {
  const path = join(folder, fileName)
  const kept = read(path)
  if (kept !== undefined) return createVirtualAuthority({ state: kept })
  const authority = await createVirtualAuthority()
  mkdirSync(folder, { recursive: true })
  const whole = `${path}.${randomUUID()}`
  try {
    writeFileSync(whole, JSON.stringify(authority.state), { mode: 0o600, flag: 'wx' })
    // Of several that begin at once one gives its file the name, and all use that: it is never there half written.
    linkSync(whole, path)
    return authority
  } catch (error) {
    const written = (error as NodeJS.ErrnoException).code === 'EEXIST' ? read(path) : undefined
    if (written === undefined) throw error
    return createVirtualAuthority({ state: written })
  } finally {
    rmSync(whole, { force: true })
  }
}

function read(path: string): AuthorityState | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as AuthorityState
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    if (!(error instanceof SyntaxError)) throw error
    throw new TypeError(`Unexpected text in ${path}, expected the keys of a virtual authority. Delete it.`)
  }
}
