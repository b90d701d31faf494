import type { DescribedSide } from '../harness/comparison.ts'
import { ApprovalLoad } from './approval/load.ts'
import type { Effort } from './effort.ts'
import type { User } from './sign-in/load.ts'
import { type ServerProcess, startServer } from './sign-in/server-process.ts'
import { makeUsers } from './sign-in/users.ts'
import type { RunningPlan } from './sign-in.ts'

const question =
  'One operation is a whole approval over HTTP on a kept connection: the transaction is fetched, the challenge computed ' +
  'and signed, the approval sent, the receipt answered. Processor time is that of the server process alone; creating ' +
  'transactions and signing in are not counted. One at a time, so that every approval has a commit of its own.'

/** Starts the two servers when its turn comes. */
export function approvalPlans(
  effort: Effort,
): readonly { readonly id: string; readonly start: () => Promise<RunningPlan> }[] {
  return [{ id: 'approval', start: () => start(effort) }]
}

async function start(effort: Effort): Promise<RunningPlan> {
  const keys = effort.smoke ? 32 : 256
  const block = effort.smoke ? 8 : 64
  const { users, credentials } = await makeUsers(keys)
  const seed = { credentials, cold: false }
  const processes = await Promise.all([
    startServer('../approval/floor-server.ts', [], seed),
    startServer('../approval/keybound-server.ts', [], seed),
  ])
  const described = [
    {
      name: 'empty handlers',
      verifies: 'the bare signature over ready bytes, behind the same Node adapter',
      commits: 'the same rows: used challenge, credential, transaction with receipt, payee; synced',
      issues: 'one bare signature, and ready answers of the same size',
    },
    {
      name: 'Keybound',
      verifies:
        'session twice, statement and row, challenge made anew, client data, relying party, flags, counter, signature, level, limits',
      commits: 'used challenge with its result, credential, transaction with receipt, payee; synced',
      issues: 'the transaction with its keys, and a signed receipt with the chain of its keys',
    },
  ]
  const sides = described.map((side, index): DescribedSide => {
    const server = processes[index] as ServerProcess
    const load = new ApprovalLoad(server.port, index === 1)
    return { ...side, runBlock: (round) => runBlock(server, load, users, round, block) }
  })
  return {
    id: 'approval',
    title: 'An approval over HTTP, keys seen before',
    question,
    keys,
    block,
    aim: 1.5,
    floor: 'empty handlers',
    subject: 'Keybound',
    sides,
    rounds: effort.rounds,
    warmUp: effort.smoke ? effort.warmUp : 5 * effort.warmUp,
    stop: async () => {
      await Promise.all(processes.map((one) => one.stop()))
    },
  }
}

async function runBlock(
  server: ServerProcess,
  load: ApprovalLoad,
  users: readonly User[],
  round: number,
  block: number,
) {
  const chosen = Array.from({ length: block }, (_, at) => users[(round * block + at) % users.length] as User)
  if (round % 20 === 0) load.renew()
  const waiting = await load.prepare(chosen)
  const cpuStart = await server.cpu()
  const wallStart = process.hrtime.bigint()
  await load.approve(waiting)
  const wall = Number(process.hrtime.bigint() - wallStart) / 1000
  return { cpu: ((await server.cpu()) - cpuStart) / block, wall: wall / block }
}
