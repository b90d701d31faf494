import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { casesOf, runCase } from '@keybound/phone/conformance'
import { afterAll, expect, test } from 'vitest'
import { openVirtualAuthority, startPhoneProcess, startPhoneWorker } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'phones-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** One case of each kind: a key, a touch, a forced success, a background, a vault, a process that ends, a disk. */
const chosen = ['K01', 'S01', 'S03', 'P04', 'P08', 'I01', 'V01', 'V10', 'F01']

test.for([
  ['process', startPhoneProcess],
  ['worker', startPhoneWorker],
] as const)('a phone in a %s of its own conforms', async ([, start]) => {
  for (const platform of ['android', 'ios'] as const) {
    const { phone, close } = start({ platform, authorityFolder: join(folder, 'authority') })
    try {
      for (const one of casesOf(platform).filter(({ id }) => chosen.includes(id))) {
        await phone.reinstall()
        for (const alias of await phone.hardware.listKeys('')) await phone.hardware.deleteKey(alias)
        await phone.unenrol('left thumb')
        await phone.unlockWithCredential()
        await phone.foreground()
        const before = phone.prompts.length
        const world = new Proxy(phone, {
          get: (target, name) =>
            name === 'prompts' ? target.prompts.slice(before) : Reflect.get(target, name),
        })
        const result = await runCase(one, {
          platform,
          make: async () => ({ hardware: phone.hardware, world }),
        })
        expect([one.id, result.outcome, result.reason]).toEqual([one.id, 'passed', ''])
      }
    } finally {
      await close()
    }
  }
})

test('an authority stays the same in its folder, is another in another, and nobody else reads it', async () => {
  const [first, second] = await Promise.all([
    openVirtualAuthority(join(folder, 'one')),
    openVirtualAuthority(join(folder, 'one')),
  ])
  expect(second.androidRoot).not.toHaveLength(0)
  const again = await openVirtualAuthority(join(folder, 'one'))
  const spkiOf = ({ state }: typeof again) => [state.keys.androidRoot.x, state.keys.appleRoot.x]
  expect(spkiOf(second)).toEqual(spkiOf(first))
  expect(spkiOf(again)).toEqual(spkiOf(first))
  expect(spkiOf(await openVirtualAuthority(join(folder, 'two')))).not.toEqual(spkiOf(first))
  const path = join(folder, 'one', 'virtual-authority.json')
  expect(statSync(path).mode & 0o077).toBe(0)
  expect(readdirSync(join(folder, 'one'))).toEqual(['virtual-authority.json'])
  writeFileSync(path, readFileSync(path, 'utf8').slice(0, -9))
  await expect(openVirtualAuthority(join(folder, 'one'))).rejects.toThrow(`${path}, expected the keys`)
})

test('the sandbox of a phone in a process lies in the folder it was given', async () => {
  const sandbox = join(folder, 'sandbox')
  const { phone, close } = startPhoneProcess({ platform: 'android', folder: sandbox })
  await phone.hardware.writeFile('vault', 'AQID', false)
  await close()
  expect(readdirSync(join(sandbox, 'no_backup'))).toEqual(['vault'])
  expect([...readFileSync(join(sandbox, 'no_backup', 'vault'))]).toEqual([1, 2, 3])
})
