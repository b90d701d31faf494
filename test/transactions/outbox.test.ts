import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openOutbox } from '../../apps/hello/outbox.ts'
import { freePort } from '../browser/hello-server.ts'
import { createAuthenticator } from '../support/authenticator.ts'
import { type Caller, createFlows, demoPassword, readAnswer } from '../support/server.ts'
import { createApprovals, payment } from './support/bank.ts'

/** Of the pages; nobody listens. */
const port = 3000
let folder: string
let now: number
let bank: Awaited<ReturnType<typeof openOutbox>>
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keybound-outbox-'))
  now = 1_800_000_000_000
  bank = await openOutbox({ folder, port, now: () => now })
})
afterEach(async () => {
  await bank.close()
  rmSync(folder, { recursive: true })
})

const call: Caller = async (method, path, { body, token } = {}) => {
  const headers = {
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  }
  const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }
  const request = new Request(`http://localhost:${port}${path}`, init)
  return readAnswer(await bank.keybound.fetch(request, { clientAddress: '192.0.2.1' }))
}

/** A device of ada's that is signed in, and approves payments of 42.00 EUR. */
async function signedIn() {
  const { account } = await bank.keybound.accounts.create({ username: 'ada', password: demoPassword })
  const authenticator = createAuthenticator({ origin: `http://localhost:${port}` })
  const flows = createFlows(call)
  await flows.register(authenticator)
  const { token } = (await flows.authenticate(authenticator)).session
  return async (operationId: string) => {
    const wanted = { account, type: 'payment', fields: payment(), operationId }
    const { id } = await bank.keybound.transactions.create(wanted)
    const answer = await createApprovals(call).approve(authenticator, token, id)
    expect([answer.status, typeof answer.json.receipt]).toEqual([200, 'string'])
    return id
  }
}

/** What the ledger says, asked over a connection of its own. */
function booked(table = 'ledger'): readonly unknown[] {
  const ledger = new DatabaseSync(join(folder, 'ledger.sqlite'))
  const rows = ledger.prepare(`SELECT id, minor FROM ${table}`).all()
  ledger.close()
  return rows.map((row) => ({ ...row }))
}

function rename(from: string, to: string): void {
  const ledger = new DatabaseSync(join(folder, 'ledger.sqlite'))
  ledger.exec(`ALTER TABLE ${from} RENAME TO ${to}`)
  ledger.close()
}

describe('the example with a ledger of its own', () => {
  test('books what was approved, once', async () => {
    const approve = await signedIn()
    const id = await approve('one')
    await expect.poll(() => booked()).toEqual([{ id, minor: 4200 }])
    now += 61_000
    expect(await bank.keybound.transactions.deliverDue()).toBe(0)
    expect(booked()).toHaveLength(1)
  })

  test('acknowledges while the ledger is away, and books when it is back: after a restart, by itself', async () => {
    const approve = await signedIn()
    rename('ledger', 'away')
    const ids = [await approve('one'), await approve('two')].sort()
    await bank.close()
    expect(booked('away')).toEqual([])
    rename('away', 'ledger')
    now += 61_000
    bank = await openOutbox({ folder, port, now: () => now })
    expect(
      booked()
        .map((row) => (row as { id: string }).id)
        .sort(),
    ).toEqual(ids)
  })

  test('asked a second time for a payment that it has, the ledger does nothing', async () => {
    const approve = await signedIn()
    rename('ledger', 'away')
    const id = await approve('one')
    await bank.close()
    rename('away', 'ledger')
    // The ledger took it, and its answer was lost.
    const ledger = new DatabaseSync(join(folder, 'ledger.sqlite'))
    ledger.prepare('INSERT INTO ledger (id, account, minor) VALUES (?, ?, ?)').run(id, 'account', 4200)
    ledger.close()
    now += 61_000
    bank = await openOutbox({ folder, port, now: () => now })
    expect(booked()).toEqual([{ id, minor: 4200 }])
    now += 61_000
    expect(await bank.keybound.transactions.deliverDue()).toBe(0)
  })

  test('runs as a program', async () => {
    const program = fileURLToPath(new URL('../../apps/hello/outbox.ts', import.meta.url))
    const data = join(folder, 'program')
    const env = { ...process.env, PORT: String(await freePort()), KEYBOUND_DATA: data }
    const child = spawn(process.execPath, ['--conditions=keybound-source', program], { env })
    const errors: string[] = []
    child.stderr.on('data', (chunk) => errors.push(String(chunk)))
    const [printed] = await once(child.stdout, 'data')
    expect(String(printed)).toBe(`http://localhost:${env.PORT}\n`)
    const page = await fetch(`http://localhost:${env.PORT}/`)
    expect(await page.text()).toContain('Approve with a touch')
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(errors).toEqual([])
  }, 90_000)
})
