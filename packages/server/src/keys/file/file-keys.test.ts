import { execFile } from 'node:child_process'
import { createHmac, createPublicKey, randomBytes, verify } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type KeyPurpose, keyAlgorithms } from '../contract.ts'
import { readKeyFile } from './internal/key-file.ts'
import { createSeal } from './internal/seal.ts'
import { openFileKeys } from './open-file-keys.ts'
import { publishedAhead, rotations } from './rotation.ts'

const secret = 'a secret of the environment'
const start = 1_800_000_000
const hour = 3_600
let parent: string
let folder: string
let seconds: number
const now = () => seconds * 1000
const open = (options: { secret?: string } = {}) => openFileKeys({ folder, secret, now, ...options })

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'keybound-keys-'))
  folder = join(parent, 'made', 'keys')
  seconds = start
})
afterEach(() => rmSync(parent, { recursive: true, force: true }))

const files = () => readdirSync(folder).sort()
const contents = () => new Map(files().map((name) => [name, readFileSync(join(folder, name), 'utf8')]))

describe('first start', () => {
  test('makes one key of every purpose, for the owner alone', async () => {
    const keys = await open()
    for (const purpose of Object.keys(keyAlgorithms) as KeyPurpose[]) {
      const [key, ...more] = await keys.list(purpose)
      expect(more).toEqual([])
      expect(key).toMatchObject({ purpose, algorithm: keyAlgorithms[purpose], activeFrom: start })
      expect(Buffer.from(key?.kid ?? '', 'base64url')).toHaveLength(8)
      expect(files()).toContain(`${purpose}.1.json`)
    }
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    for (const name of files()) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
    expect(files().filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  test('a later start has the same keys and writes nothing', async () => {
    const first = await open()
    const before = contents()
    const [key] = await first.list('challenge')
    const mac = await first.mac(key?.kid ?? '', Buffer.from('bytes'))
    const second = await open()
    expect(await second.mac(key?.kid ?? '', Buffer.from('bytes'))).toEqual(mac)
    expect(contents()).toEqual(before)
  })

  test('a start that was cut off is completed', async () => {
    await open()
    const kept = readFileSync(join(folder, 'challenge.1.json'), 'utf8')
    for (const name of ['complete-1', 'device.1.json', 'token.1.json']) rmSync(join(folder, name))
    writeFileSync(join(folder, '.device.1.json.0011.tmp'), 'half')
    await open()
    expect(files()).toEqual(expect.arrayContaining(['complete-1', 'device.1.json', 'token.1.json']))
    expect(readFileSync(join(folder, 'challenge.1.json'), 'utf8')).toBe(kept)
  })

  test.each([
    ['complete-2', 'receipt'],
    ['complete-3', 'recovery'],
  ])('a folder without %s gets a key for %s once, and misses it from then on', async (marker, purpose) => {
    await open()
    const older = contents()
    for (const name of [marker, `${purpose}.1.json`]) rmSync(join(folder, name))
    await open()
    expect(files()).toEqual([...older.keys()])
    const same = [...contents()].filter(([name, text]) => older.get(name) === text).map(([name]) => name)
    expect(same).toEqual([...older.keys()].filter((name) => name !== `${purpose}.1.json`))
    rmSync(join(folder, `${purpose}.1.json`))
    await expect(open()).rejects.toMatchObject({ code: 'key_unavailable' })
  })

  test('four processes at once end up with the same keys', async () => {
    const script = fileURLToPath(new URL('../../../../../test/server/support/list-keys.ts', import.meta.url))
    const run = promisify(execFile)
    const outputs = await Promise.all(
      Array.from({ length: 8 }, () =>
        run(process.execPath, ['--conditions=keybound-source', script, folder, secret]),
      ),
    )
    const lists = new Set(outputs.map(({ stdout }) => stdout))
    expect(lists.size).toBe(1)
    expect([...lists][0]?.trim().split('\n')).toHaveLength(Object.keys(keyAlgorithms).length)
  })
})

describe('using keys', () => {
  test('macs are HMAC-SHA-256 and differ between purposes', async () => {
    const keys = await open()
    const macs = new Set<string>()
    for (const purpose of ['challenge', 'grant', 'device', 'decoy', 'refresh', 'dpop-nonce'] as const) {
      const [key] = await keys.list(purpose)
      const mac = await keys.mac(key?.kid ?? '', Buffer.from('bytes'))
      expect(mac).toHaveLength(createHmac('sha256', 'x').digest().length)
      macs.add(Buffer.from(mac).toString('hex'))
    }
    expect(macs.size).toBe(6)
  })

  test('signatures verify under the published key', async () => {
    const keys = await open()
    const [key] = await keys.list('token')
    if (key?.publicKey === undefined) throw new Error('Unexpected absence of the public key.')
    const signature = await keys.sign(key.kid, Buffer.from('bytes'))
    expect(signature).toHaveLength(64)
    const publicKey = createPublicKey({ key: { ...key.publicKey }, format: 'jwk' })
    const options = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
    expect(verify('sha256', Buffer.from('bytes'), options, signature)).toBe(true)
    expect(verify('sha256', Buffer.from('other'), options, signature)).toBe(false)
    expect(JSON.stringify(key)).not.toContain('"d"')
  })

  test('an unknown key id is refused', async () => {
    const keys = await open()
    expect(() => keys.mac('AAAAAAAAAAA', Buffer.from('x'))).toThrow(
      expect.objectContaining({ code: 'key_unavailable' }),
    )
  })
})

describe('nothing is made anew', () => {
  async function refusedUntouched(options: { secret?: string } = {}) {
    const before = contents()
    await expect(open(options)).rejects.toMatchObject({ code: 'key_unavailable' })
    expect(contents()).toEqual(before)
  }

  test('when the secret is wrong', async () => {
    await open()
    await refusedUntouched({ secret: 'another secret entirely' })
    await expect(open()).resolves.toBeDefined()
  })

  test.each(['challenge', 'decoy'])('when the file of %s is missing', async (purpose) => {
    await open()
    rmSync(join(folder, `${purpose}.1.json`))
    await refusedUntouched()
  })

  test('when any byte of a file is changed', async () => {
    await open()
    const path = join(folder, 'grant.1.json')
    const text = readFileSync(path, 'utf8')
    const stored = JSON.parse(text)
    const swapped = { ...JSON.parse(readFileSync(join(folder, 'device.1.json'), 'utf8')), purpose: 'grant' }
    const changes = [
      '',
      '{',
      'null',
      JSON.stringify({ ...stored, activeFrom: stored.activeFrom - 1 }),
      JSON.stringify({ ...stored, kid: 'AAAAAAAAAAA' }),
      JSON.stringify({ ...stored, generation: 2 }),
      JSON.stringify({ ...stored, format: 'keybound-key/2' }),
      JSON.stringify({ ...stored, sealed: `A${stored.sealed.slice(1)}A` }),
      JSON.stringify({ ...stored, nonce: 'AAAAAAAAAAAAAAAA' }),
      JSON.stringify(swapped),
    ]
    const { salt } = JSON.parse(readFileSync(join(folder, 'seal.json'), 'utf8'))
    const seal = await createSeal(secret, Buffer.from(salt, 'base64url'), randomBytes)
    const expected = { purpose: 'grant', generation: 1 } as const
    expect(readKeyFile(seal, text, expected)).toBeDefined()
    for (const changed of changes) expect(readKeyFile(seal, changed, expected)).toBeUndefined()
    writeFileSync(path, changes.at(-1) ?? '')
    await refusedUntouched()
    writeFileSync(path, text)
    await expect(open()).resolves.toBeDefined()
  })

  test('when the seal is damaged', async () => {
    await open()
    writeFileSync(join(folder, 'seal.json'), '{}')
    await refusedUntouched()
  })

  test('when the folder is a file', async () => {
    folder = join(parent, 'file')
    writeFileSync(folder, 'x')
    await expect(open()).rejects.toMatchObject({ code: 'key_unavailable' })
  })

  test.each(['/proc/keybound/keys', '/dev/null/keys'])('when %s cannot be made', async (path) => {
    folder = path
    await expect(open()).rejects.toMatchObject({ code: 'key_unavailable' })
  })

  test('a secret too short is refused before anything is made', async () => {
    await expect(open({ secret: 'fifteen letters' })).rejects.toMatchObject({ code: 'configuration_invalid' })
  })
})

describe('rotation', () => {
  const every = rotations.challenge.every ?? 0

  test('publishes an hour ahead, then uses, then retires after the longest lifetime', async () => {
    const keys = await open()
    const [first] = await keys.list('challenge')
    seconds = start + every - publishedAhead
    const [next, old] = await keys.list('challenge')
    expect(old?.kid).toBe(first?.kid)
    expect(next?.activeFrom).toBe(start + every)
    expect(old?.acceptUntil).toBe(start + every + rotations.challenge.lifetime)
    // What the new key makes can be checked at once by everybody who looks.
    const elsewhere = await open()
    expect((await elsewhere.list('challenge')).map(({ kid }) => kid)).toEqual([next?.kid, old?.kid])

    seconds = start + every + rotations.challenge.lifetime
    expect((await keys.list('challenge')).map(({ kid }) => kid)).toEqual([next?.kid])
    expect(files()).not.toContain('challenge.1.json')
    expect(files()).toContain('challenge.2.json')
    await expect(open()).resolves.toBeDefined()
  })

  test('two processes that rotate at once publish one key', async () => {
    const [one, two] = [await open(), await open()]
    seconds = start + every
    const [a, b] = await Promise.all([one.list('challenge'), two.list('challenge')])
    expect(a.map(({ kid }) => kid)).toEqual(b.map(({ kid }) => kid))
    expect(a).toHaveLength(2)
  })

  test('a process that did nothing for a while still knows what others published before they use it', async () => {
    const [idle, busy] = [await open(), await open()]
    seconds = start + every - publishedAhead
    const [next] = await busy.list('challenge')
    seconds += publishedAhead
    expect((await idle.list('challenge')).map(({ kid }) => kid)).toContain(next?.kid)
  })

  test('decoys never change', async () => {
    const keys = await open()
    const [before] = await keys.list('decoy')
    seconds = start + 10 * 365 * 86_400
    expect(await keys.list('decoy')).toEqual([before])
  })

  test('a folder that breaks later does not stop a running server at once, but does before it could be wrong', async () => {
    const keys = await open()
    const [key] = await keys.list('challenge')
    writeFileSync(join(folder, 'grant.1.json'), 'damaged')
    seconds = start + hour / 2
    expect((await keys.list('challenge'))[0]?.kid).toBe(key?.kid)
    seconds = start + hour
    await expect(keys.list('challenge')).rejects.toMatchObject({ code: 'key_unavailable' })
  })
})
