import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sample } from '../support/sample.ts'
import { origin } from '../support/server.ts'
import { createDevice, type Device, type Send } from './support/device.ts'

/** Two server processes on one SQLite file and one key folder, spoken to over HTTP under their one public address. */
const script = fileURLToPath(new URL('./support/serve-tokens.ts', import.meta.url))
const now = () => Math.floor(Date.now() / 1000)
let folder: string
let processes: ServerProcess[]

interface ServerProcess {
  readonly child: ChildProcess
  readonly port: number
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keybound-tokens-'))
  processes = await Promise.all([start(), start()])
})
afterAll(async () => {
  const ended = await Promise.all(processes.map(({ child }) => end(child, 'SIGTERM')))
  rmSync(folder, { recursive: true, force: true })
  expect(ended).toEqual([0, 0])
})

async function start(): Promise<ServerProcess> {
  const child = spawn(process.execPath, ['--conditions=keybound-source', script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return await new Promise((resolve, reject) => {
    child.stdout.once('data', (chunk) => resolve({ child, port: Number(String(chunk)) }))
    child.once('exit', (code) => reject(new Error(`Unexpected exit ${code} of a server process.`)))
  })
}

/** Ends a process and answers its exit code; null when the signal ended it. */
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const exited = once(child, 'exit')
  child.kill(signal)
  const [code] = await exited
  return code
}

/** Sends to one process. The address of the connection is not the public one, as behind a proxy. */
function sendTo(index: number): Send {
  return async (request) => {
    const port = processes[index % processes.length]?.port
    const body = request.method === 'GET' ? null : await request.text()
    const url = request.url.replace(origin, `http://127.0.0.1:${port}`)
    return fetch(url, { method: request.method, headers: request.headers, body })
  }
}

/** Sends each request to the next process. */
function sendInTurn(): Send {
  let turn = 0
  return (request) => sendTo(turn++)(request)
}

async function signedIn(): Promise<Device> {
  const device = createDevice({ send: sendInTurn(), now })
  await device.registerByPassword()
  expect((await device.signIn()).status).toBe(200)
  return device
}

describe('two server processes on one store', () => {
  test('take each other’s nonces and tokens', async () => {
    const device = await signedIn()
    for (let round = 0; round < 6; round++) {
      expect((await device.refresh({ once: true })).status).toBe(200)
      expect((await device.call('GET', '/v1/session')).status).toBe(200)
    }
  })

  test('give five tabs on both, refreshing at once, the one successor', async () => {
    const first = await signedIn()
    const { proofKey, authenticator } = first
    const tabs = Array.from({ length: 10 }, (_, index) =>
      createDevice({ send: sendTo(index), now, proofKey, authenticator }),
    )
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all(tabs.map((tab) => tab.refresh({}, first.tokens.refresh)))
      expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
      const successors = new Set(answers.map(({ json }) => json.refresh_token))
      expect(successors.size).toBe(1)
      first.tokens.refresh = [...successors][0] ?? ''
    }
    expect((await first.refresh()).status).toBe(200)
  })

  test('take a proof once between them, at the token endpoint and on a route (attack F16)', async () => {
    const device = await signedIn()
    const form = { grant_type: 'refresh_token', refresh_token: device.tokens.refresh }
    const request = device.tokenRequest(form, {})
    const refreshes = await Promise.all(
      Array.from({ length: 32 }, (_, index) => sendTo(index)(request.clone())),
    )
    expect(refreshes.filter(({ status }) => status === 200)).toHaveLength(1)

    let call: Request | undefined
    const keep: Send = async (sent) => {
      call = sent.clone()
      return new Response('{}')
    }
    await device.call('GET', '/v1/session', { send: keep })
    const calls = await Promise.all(
      Array.from({ length: 32 }, (_, index) => sendTo(index)((call as Request).clone())),
    )
    expect(calls.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  test('know at once what the other one revoked', async () => {
    const device = await signedIn()
    expect((await device.call('DELETE', '/v1/sessions', { send: sendTo(0) })).status).toBe(204)
    const answer = await device.call('GET', '/v1/session', { send: sendTo(1) })
    expect(answer).toMatchObject({ status: 401, json: { code: 'access_token_revoked' } })
  })

  test('that are killed in the middle of refreshes sign nobody out', async () => {
    const devices = [await signedIn(), await signedIn()]
    for (let kill = 0; kill < sample({ small: 1, large: 6, full: 25 }); kill++) {
      const index = kill % 2
      let stop = false
      const refreshing = devices.map(async (device) => {
        // The connection breaks now and then; the device goes on with what it has sealed.
        while (!stop) await device.refresh().catch(() => undefined)
      })
      await delay(100 + 15 * kill)
      await end((processes[index] as ServerProcess).child, 'SIGKILL')
      await delay(50)
      stop = true
      await Promise.all(refreshing)
      processes[index] = await start()
      for (const device of devices) expect((await device.refresh()).status).toBe(200)
    }
  })
})
