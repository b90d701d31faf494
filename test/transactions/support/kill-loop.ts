import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect } from 'vitest'
import { createAuthenticator } from '../../support/authenticator.ts'
import { type Caller, createFlows, demoPassword, origin, readAnswer } from '../../support/server.ts'
import { createApprovals, payment, signTransaction } from './bank.ts'
import { type Mode, noon, openLedgerBank } from './ledger-bank.ts'

const seed = 20_261_126
const script = fileURLToPath(new URL('./killed-approver.ts', import.meta.url))

/** How one process ended. */
interface Ended {
  readonly signal: NodeJS.Signals | null
  readonly acknowledged: boolean
  /** Steps of an approval that was not cut off: all, the one that told that it is made, the one that moved the money. */
  readonly steps: number
  readonly told: number
  readonly moved: number
}

/** What became of the payments by the time their process was dead. */
export interface Seen {
  readonly steps: number
  readonly approved: number
  readonly open: number
  readonly acknowledged: number
}

/** Kills so many processes, each in the middle of an approval, in lanes beside each other that share nothing. */
export async function killApprovers(mode: Mode, kills: number, lanes: number): Promise<Seen> {
  const folder = mkdtempSync(join(tmpdir(), `keybound-${mode}-`))
  try {
    // One file starts in a third of the time that the sources take.
    const program = join(folder, 'approver.mjs')
    await build({
      entryPoints: [script],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      conditions: ['keybound-source'],
      external: ['@node-rs/argon2'],
    })
    const [first, ...others] = await Promise.all(
      Array.from({ length: lanes }, (_, lane) => openLane(join(folder, `lane ${lane}-`), mode, program)),
    )
    if (first === undefined) throw new Error('Unexpected 0 lanes, expected 1 or more.')
    const whole = await first.approveWhole()
    const points = pointsOf(whole, kills)
    const all = [first, ...others]
    const seen = await Promise.all(
      all.map((lane, index) => lane.killAt(points.filter((_, at) => at % lanes === index))),
    )
    // One payment of one cent for each point, and the whole one.
    const totals = await Promise.all(all.map((lane) => lane.settle()))
    expect(sum(totals)).toBe(kills + 1)
    const count = (what: 'approved' | 'open' | 'acknowledged') => sum(seen.map((one) => one[what]))
    return {
      steps: whole.steps,
      approved: count('approved'),
      open: count('open'),
      acknowledged: count('acknowledged'),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Where to kill, in an order that the seed decides: first around what matters most (before the commit, after it, before
 * and after it is told, before and after the money moved), then everywhere, each point as often as any other.
 */
function pointsOf({ steps, told, moved }: Ended, kills: number): readonly number[] {
  const around = (step: number) => [2 * step - 2, 2 * step - 1, 2 * step, 2 * step + 1, 2 * step + 2]
  const all = Array.from({ length: 2 * steps }, (_, index) => 2 + index)
  const points = [...new Set([2, ...around(told), ...around(moved)])].filter((point) => all.includes(point))
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

async function openLane(prefix: string, mode: Mode, program: string) {
  const folder = mkdtempSync(prefix)
  const authenticator = createAuthenticator({ origin })
  let now = noon
  let payments = 0
  const bank = await openLedgerBank({ folder, mode, now: () => now })
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
  const { account } = await bank.server.accounts.create({ username: 'ada', password: demoPassword })
  const flows = createFlows(call)
  await flows.register(authenticator)
  const { token } = (await flows.authenticate(authenticator)).session

  async function signedApproval() {
    const operationId = `payment ${++payments}`
    const wanted = { account, type: 'payment', fields: payment(1), operationId }
    const { id } = await bank.server.transactions.create(wanted)
    const response = await signTransaction(authenticator, (await fetchTransaction(token, id)).json)
    return { id, response, session: { account, acr: 'W', authTime: noon / 1000 } } as const
  }

  /** Makes every delivery that waits; those that were cut off are due again after their lease. */
  async function deliverAll(): Promise<void> {
    if (mode === 'within') return
    now += 61_000
    await bank.server.transactions.deliverDue()
    now -= 61_000
  }

  async function approveIn(killedAt: number, approval: object): Promise<Ended> {
    const args = [program, folder, mode, String(killedAt), JSON.stringify(approval)]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    const [, signal] = await once(child, 'close')
    const stepOf = (what: RegExp) => Number(what.exec(output)?.[1] ?? 0)
    return {
      signal,
      acknowledged: output.includes('acknowledged'),
      steps: stepOf(/steps (\d+)/),
      told: stepOf(/acknowledged at step (\d+)/),
      moved: stepOf(/moved at step (\d+)/),
    }
  }

  return {
    /** An approval that nothing cuts off. */
    async approveWhole(): Promise<Ended> {
      const approval = await signedApproval()
      const ended = await approveIn(0, approval)
      expect([ended.acknowledged, bank.booked(approval.id)]).toEqual([true, 1])
      expect(ended.steps).toBeGreaterThan(12)
      expect(ended.moved).toBeGreaterThan(0)
      return ended
    },

    /** One process for each point; afterwards its client asks again, as after any lost answer. */
    async killAt(points: readonly number[]) {
      const seen = { approved: 0, open: 0, acknowledged: 0 }
      for (const killedAt of points) {
        const approval = await signedApproval()
        const { signal, acknowledged } = await approveIn(killedAt, approval)
        expect(signal).toBe('SIGKILL')
        const { status } = (await fetchTransaction(token, approval.id)).json
        if (acknowledged) expect(status).toBe('approved')
        if (mode === 'within') expect(bank.booked(approval.id)).toBe(status === 'approved' ? 1 : 0)
        if (status === 'open') expect(bank.booked(approval.id)).toBe(0)
        seen[status === 'open' ? 'open' : 'approved']++
        if (acknowledged) seen.acknowledged++
        const again = await postApproval(token, approval.id, approval.response)
        expect(again.status === 200 || again.json.code === 'transaction_settled').toBe(true)
        expect(again.status === 200).toBe(status === 'open')
        // Nothing is left for the next process, which so goes through the same steps.
        await deliverAll()
        expect(bank.booked(approval.id)).toBe(1)
      }
      return seen
    },

    /** Answers what the ledger moved, in the end. */
    async settle(): Promise<number> {
      const total = bank.total()
      await bank.close()
      return total
    },
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
