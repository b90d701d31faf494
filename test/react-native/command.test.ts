import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { root } from '../../scripts/packages.ts'
import { keys, type NativeProject, nativeProject } from './native-project.ts'

let app: NativeProject
beforeEach(() => {
  app = nativeProject('bare')
})
afterEach(() => app.remove())

const command = join(root, 'packages/react-native/bin/keybound-native.js')
/** Far enough in the future of the clock that the command looks at. */
const expires = '2099-12-31'

function keybound(expiry: string, ...args: string[]) {
  const pins = { expires: expiry, hosts: [{ host: 'api.bank.example', keys }] }
  writeFileSync(join(app.folder, 'app.json'), JSON.stringify({ name: 'HelloWorld', keybound: { pins } }))
  return run(...args)
}

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=keybound-source', command, ...args],
    { cwd: app.folder, encoding: 'utf8' },
  )
  return { status, said: stdout + stderr }
}

test('check fails until apply was run, and then passes', async () => {
  const before = app.snapshot()
  const { status, said } = keybound(expires, 'check')
  expect(status).toBe(1)
  expect(said).toMatch(/AndroidManifest\.xml.*Info\.plist.*npx keybound-native apply/)
  expect(app.snapshot()).toEqual(before)

  expect(keybound(expires, 'apply')).toEqual({ status: 0, said: '' })
  expect((await app.manifest()).metadata['dev.keybound.pins']).toContain('api.bank.example')
  expect(app.plist().KeyboundPinExpiry).toBe(expires)
  expect(keybound(expires, 'check')).toEqual({ status: 0, said: '' })
})

test('check fails once pins expire too soon, although nothing else changed', () => {
  const { status, said } = keybound('2020-01-01', 'check')
  expect(status).toBe(1)
  expect(said).toContain('Unexpected pins.expires 2020-01-01')
})

test.each([
  ['no app.json', undefined, /Unexpected absence of .*app\.json\. Run it in the folder of the app\./],
  ['a broken one', '{ "name": ', /Unexpected text in .*app\.json, expected JSON: /],
  [
    'options that only Expo reads',
    JSON.stringify({ expo: { plugins: ['expo-font', ['@keybound/react-native', { pins: {} }]] } }),
    /Unexpected @keybound\/react-native in expo\.plugins .* put the options under "keybound"/,
  ],
])('says what is amiss with %s', (_, text, message) => {
  for (const name of ['check', 'apply']) {
    rmSync(join(app.folder, 'app.json'), { force: true })
    if (text !== undefined) writeFileSync(join(app.folder, 'app.json'), text)
    const before = app.snapshot()
    const { status, said } = run(name)
    expect(status).toBe(1)
    expect(said).toMatch(message)
    expect(app.snapshot()).toEqual(before)
  }
})

test('tells what it does', () => {
  expect(run('--help')).toEqual({ status: 0, said: expect.stringContaining('keybound-native check') })
})

test('anything else is answered with what there is', () => {
  const { status, said } = keybound(expires, 'aply')
  expect(status).toBe(2)
  expect(said).toContain('keybound-native apply')
})
