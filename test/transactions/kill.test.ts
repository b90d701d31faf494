import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAuthenticator } from '../support/authenticator.ts'
import { sample } from '../support/sample.ts'
import { type Caller, createFlows, demoPassword, origin, readAnswer } from '../support/server.ts'
import { createApprovals, payment, signTransaction } from './support/bank.ts'
import { type Mode, noon, openLedgerBank } from './support/ledger-bank.ts'

/** Processes killed in each mode. */
const kills = sample({ small: 5, large: 24, full: 200 })
const seed = 20_261_126
const script = fileURLToPath(new URL('./support/killed-approver.ts', import.meta.url))

interface Ended {
  readonly signal: NodeJS.Signals | null
  readonly acknowledged: boolean
  /** Steps of an approval that was not cut off: all, and which one told that the payment is made. */
  readonly steps: number
  readonly told: number
}

async function approveIn(folder: string, mode: Mode, killedAt: number, approval: object): Promise<Ended> {
  const args = [
    '--conditions=keybound-source',
    script,
    folder,
    mode,
    String(killedAt),
    JSON.stringify(approval),
  ]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  const [, signal] = await once(child, 'close')
  return {
    signal,
    acknowledged: output.includes('acknowledged'),
    steps: Number(/steps (\d+)/.exec(output)?.[1] ?? 0),
    told: Number(/acknowledged at step (\d+)/.exec(output)?.[1] ?? 0),
  }
}

/**
 * Where to kill, in an order that the seed decides: first around what matters most (before the commit, after it, before
 * and after it is told), then everywhere, each point as often as any other.
 */
function pointsOf(steps: number, told: number): readonly number[] {
  const all = Array.from({ length: 2 * steps }, (_, index) => 2 + index)
  const first = [2, 2 * told - 2, 2 * told - 1, 2 * told, 2 * told + 1]
  const points = [...first]
  let state = seed
  const random = () => {
    // Of glibc: enough to shuffle.
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return state / 0x8000_0000
  }
  while (points.length < kills) {
    const left = [...all]
    while (left.length > 0) points.push(...left.splice(Math.floor(random() * left.length), 1))
  }
  return points.slice(0, kills)
}

describe.each(['within', 'outbox'] as const)('killed between signature and ledger (%s)', (mode) => {
  const folder = mkdtempSync(join(tmpdir(), `keybound-${mode}-`))
  const authenticator = createAuthenticator({ origin })
  let now = noon
  let bank: Awaited<ReturnType<typeof openLedgerBank>>
  let account = ''
  let token = ''
  const call: Caller = async (method, path, { body, token: session } = {}) => {
    const headers = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(session === undefined ? {} : { authorization: `Bearer ${session}` }),
    }
    const request = new Request(origin + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return readAnswer(await bank.server.fetch(request, { clientAddress: '192.0.2.1' }))
  }
  const { fetchTransaction, postApproval } = createApprovals(call)

  beforeAll(async () => {
    bank = await openLedgerBank({ folder, mode, now: () => now })
    account = (await bank.server.accounts.create({ username: 'ada', password: demoPassword })).account
    const flows = createFlows(call)
    await flows.register(authenticator)
    token = (await flows.authenticate(authenticator)).session.token
  })
  afterAll(async () => {
    await bank.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function signedApproval(operationId: string) {
    const { id } = await bank.server.transactions.create({
      account,
      type: 'payment',
      fields: payment(1),
      operationId,
    })
    const response = await signTransaction(authenticator, (await fetchTransaction(token, id)).json)
    return { id, response, session: { account, acr: 'W', authTime: noon / 1000 } } as const
  }

  test(
    `${kills} times, at every step: each payment is made once, none that was acknowledged is lost`,
    async ({ annotate }) => {
      const whole = await signedApproval('whole')
      const { steps, told, acknowledged: ended } = await approveIn(folder, mode, 0, whole)
      expect([ended, bank.booked(whole.id)]).toEqual([true, 1])
      expect(steps).toBeGreaterThan(12)
      const seen = { approved: 0, open: 0, acknowledged: 0 }
      for (const [round, killedAt] of pointsOf(steps, told).entries()) {
        const approval = await signedApproval(`round ${round}`)
        const { signal, acknowledged } = await approveIn(folder, mode, killedAt, approval)
        expect(signal).toBe('SIGKILL')
        const { status } = (await fetchTransaction(token, approval.id)).json
        if (acknowledged) expect(status).toBe('approved')
        if (mode === 'within') expect(bank.booked(approval.id)).toBe(status === 'approved' ? 1 : 0)
        if (status === 'open') expect(bank.booked(approval.id)).toBe(0)
        seen[status === 'open' ? 'open' : 'approved']++
        if (acknowledged) seen.acknowledged++
        // The client asks again, as after any lost answer.
        const again = await postApproval(token, approval.id, approval.response)
        expect(again.status === 200 || again.json.code === 'transaction_settled').toBe(true)
        expect(again.status === 200).toBe(status === 'open')
      }
      await settle()
      // One for each round and the whole one, one cent each.
      expect(bank.total()).toBe(kills + 1)
      // The kills fell before the commit, between commit and answer, and after the answer.
      expect(seen.open).toBeGreaterThan(0)
      expect(seen.acknowledged).toBeGreaterThan(0)
      expect(seen.approved).toBeGreaterThan(seen.acknowledged)
      await annotate(`${kills} killed over ${steps} steps, seed ${seed}: ${JSON.stringify(seen)}`)
    },
    60_000 + kills * 15_000,
  )

  /** Deliveries that were cut off are due again after their lease. */
  async function settle(): Promise<void> {
    now += 61_000
    if (mode === 'outbox') await bank.server.transactions.deliverDue()
    now -= 61_000
  }
})
