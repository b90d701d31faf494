import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { createVirtualAuthority, virtualPhone } from '../index.ts'
import { connectAndroid, createFolderFiles, servePhone } from './index.ts'

const prompt = { title: 'Sign in', subtitle: '', description: '', cancel: 'Cancel' }
const signing = {
  alias: 'login',
  role: 'signing',
  enrolment: 'currentSet',
  strongBox: 'preferred',
  allowSoftware: false,
  attestationChallenge: 'A'.repeat(43),
} as const

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function serve() {
  const phone = virtualPhone.android({ authority: createVirtualAuthority() })
  const socket = await servePhone(phone)
  closing.push(socket.close)
  return { phone, socket }
}

test('an app in another process signs with a finger on this phone, and not with a forced success', async () => {
  const { phone, socket } = await serve()
  const app = await connectAndroid(socket)
  closing.push(app.system.close)
  const { hardware } = app
  const { publicKey } = await hardware.createKey(signing)
  phone.touch('right index')
  const signature = await hardware.sign('login', 'AQID', prompt)
  const point = Buffer.from(publicKey, 'base64url').subarray(26).toString('base64url')
  expect(await hardware.verify(point, 'AQID', signature)).toBe(true)
  await phone.forceSuccess()
  const forced = hardware.sign('login', 'AQID', prompt)
  await expect(forced).rejects.toMatchObject({ code: 'keyNotAuthorized', userInfo: { nativeCode: -26 } })
})

test('what the system tells reaches the app', async () => {
  const { phone, socket } = await serve()
  const app = await connectAndroid(socket)
  closing.push(app.system.close)
  const seen = new Promise((resolve) =>
    app.hardware.onLifecycle(({ type }) => type === 'background' && resolve(type)),
  )
  await phone.background()
  expect(await seen).toBe('background')
})

test('nobody without the token gets in', async () => {
  const { socket } = await serve()
  await expect(connectAndroid({ port: socket.port, token: 'A'.repeat(32) })).rejects.toThrow('Unexpected end')
  const raw = connect(socket.port, '127.0.0.1')
  raw.on('error', () => raw.destroy())
  raw.write('{"id":1,"call":"app.info","params":{}}\n')
  await new Promise((resolve) => raw.on('close', resolve))
})

test('a sandbox on disk is one, and names lead out of it nowhere', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'phone-'))
  closing.push(() => rmSync(folder, { recursive: true }))
  const phone = virtualPhone.android({ files: createFolderFiles(folder) })
  await phone.hardware.writeFile('vault', 'AQID', false)
  await phone.hardware.writeFile('vault', 'BAUG', true)
  expect(readdirSync(join(folder, 'no_backup'))).toEqual(['vault'])
  expect(await phone.hardware.readFile('vault', 1, 3)).toBe('AgME')
  await expect(phone.hardware.writeFile('../out', 'AQID', false)).rejects.toMatchObject({
    code: 'invalidArgument',
  })
  await phone.clearData()
  expect(readdirSync(join(folder, 'no_backup'))).toEqual([])
})
