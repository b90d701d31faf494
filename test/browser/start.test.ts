import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { ProblemJSON, SignInAnswer } from '@keybound/protocol'
import { afterAll, describe, expect, it } from 'vitest'
import { freePort, runHello, startHello } from './hello-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'keybound-start-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs what must not start; answers the exit code and what was printed. */
async function refusal(
  environment: Record<string, string>,
  app?: Parameters<typeof runHello>[1],
): Promise<readonly [number | null, string]> {
  const { child, output } = runHello({ KEYBOUND_DATA: join(folder, 'unused'), ...environment }, app)
  await once(child, 'close')
  return [child.exitCode, output()]
}

/** One line, without a stack. */
const oneSentence = /^[^\n]{20,300}\n$/

describe('npm start', () => {
  it('prints one address, listens on this machine only, and ends cleanly on Ctrl-C', async () => {
    const port = await freePort()
    const server = await startHello(join(folder, 'data'), port)
    expect(server.output()).toBe(`http://localhost:${port}\n`)
    const page = await fetch(`http://127.0.0.1:${port}/`)
    expect(await page.text()).toContain('correct horse battery staple')
    await expect(fetch(`http://[::1]:${port}/`)).rejects.toThrow()
    expect((await fetch(`${server.address}/nowhere`)).status).toBe(404)
    expect(await (await fetch(`${server.address}/inspect`)).text()).toContain('<title>Inspect')
    expect(await server.stop()).toBe(0)
  })

  it.each([
    ['hello', '/pay', 'ledger'],
    ['bank', '/api/account', 'bank_account'],
  ] as const)('tells whoever runs %s why a request failed', async (app, path, table) => {
    const data = join(folder, `failing-${app}`)
    const { address, output, stop } = await startHello(data, await freePort(), {}, app)
    const signIn = () =>
      fetch(`${address}/v1/sessions/password`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"username":"ada","password":"correct horse battery staple"}',
      })
    const { session } = (await (await signIn()).json()) as SignInAnswer
    const database = new DatabaseSync(join(data, `${app}.sqlite`))
    database.exec(`PRAGMA foreign_keys = OFF; DROP TABLE keybound_passwords; DROP TABLE ${table}`)
    database.close()

    const refused = await signIn()
    expect(refused.status).toBe(503)
    const { instance } = (await refused.json()) as ProblemJSON
    await expect.poll(output).toContain(instance)
    expect(output()).toContain('no such table: keybound_passwords')

    const broken = await fetch(address + path, { headers: { authorization: `Bearer ${session.token}` } })
    expect(broken.status).toBe(500)
    await expect.poll(output).toContain(`no such table: ${table}`)
    expect(output()).not.toMatch(/staple/)
    expect(output()).not.toContain(session.token)
    expect(await stop()).toBe(0)
  })

  it('says in one sentence that the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const [code, printed] = await refusal({ PORT: String(port) })
    expect(code).toBe(1)
    expect(printed).toMatch(oneSentence)
    expect(printed).toContain(`Port ${port} is taken`)
    other.close()
  })

  it.each(['abc', '0', '70000', '-1'])('says in one sentence that PORT=%s is no port', async (PORT) => {
    const [code, printed] = await refusal({ PORT })
    expect(code).toBe(1)
    expect(printed).toMatch(oneSentence)
    expect(printed).toContain(PORT)
  })

  it.each([
    ['lies in a file', 'file/data'],
    ['is a file', 'file'],
  ])('says in one sentence that the data folder cannot be written: it %s', async (_, path) => {
    writeFileSync(join(folder, 'file'), '')
    const data = join(folder, path)
    const [code, printed] = await refusal({ KEYBOUND_DATA: data, PORT: String(await freePort()) })
    expect(code).toBe(1)
    expect(printed).toMatch(oneSentence)
    expect(printed).toContain(data)
  })

  it('says in one sentence that a file in the data folder cannot be written', async () => {
    const data = join(folder, 'unwritable')
    mkdirSync(data)
    // Also root cannot write it.
    symlinkSync(join(folder, 'nowhere/file'), join(data, 'virtual-authority.json'))
    const environment = { KEYBOUND_DATA: data, PORT: String(await freePort()) }
    const [code, printed] = await refusal(environment, 'bank')
    expect(code).toBe(1)
    expect(printed).toMatch(oneSentence)
    expect(printed).toContain(join(data, 'virtual-authority.json'))
  })

  it('says in one sentence that there is no app of that name', async () => {
    const [code, printed] = await refusal({}, 'helo' as 'hello')
    expect(code).toBe(1)
    expect(printed).toMatch(oneSentence)
    expect(printed).toContain('helo')
  })

  it('has its demo accounts on this machine only, and never on data that was a demo’s', async () => {
    const PORT = String(await freePort())
    const open = await refusal({ PORT, PUBLIC_URL: 'https://bank.example' })
    expect(open[0]).toBe(1)
    expect(open[1]).toMatch(oneSentence)
    expect(open[1]).toContain('loopback')

    const broken = await refusal({ PORT, PUBLIC_URL: 'bank.example' })
    expect(broken[0]).toBe(1)
    expect(broken[1]).toMatch(oneSentence)
    expect(broken[1]).toContain('PUBLIC_URL=bank.example')

    const KEYBOUND_DATA = join(folder, 'demo')
    const KEYBOUND_SECRET = 'a demo has no secret'
    await (await startHello(KEYBOUND_DATA, Number(PORT))).stop()
    const later = await refusal({ PORT, KEYBOUND_DATA, KEYBOUND_SECRET, KEYBOUND_DEMO: 'off' })
    expect(later[0]).toBe(1)
    expect(later[1]).toMatch(oneSentence)
    expect(later[1]).toContain('demo mode')
  })

  it('shows and has no demo accounts without demo mode, and wants a secret of its own', async () => {
    const port = await freePort()
    const data = join(folder, 'production')
    const [code, printed] = await refusal({ KEYBOUND_DATA: data, KEYBOUND_DEMO: 'off', PORT: String(port) })
    expect(code).toBe(1)
    expect(printed).toMatch(oneSentence)
    expect(printed).toContain('secret')

    const environment = { KEYBOUND_DEMO: 'off', KEYBOUND_SECRET: 'of this test, and long enough' }
    const server = await startHello(data, port, environment)
    const page = await (await fetch(server.address)).text()
    expect(page).toContain('Sign in with biometrics')
    expect(page).not.toMatch(/correct horse|ada|data-demo/)
    expect((await fetch(`${server.address}/inspect`)).status).toBe(404)
    const signIn = await fetch(`${server.address}/v1/sessions/password`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'ada', password: 'correct horse battery staple' }),
    })
    expect(signIn.status).toBe(401)
    expect(await server.stop()).toBe(0)
  })
})
