import type { DescribedSide, Plan } from '../harness/comparison.ts'
import type { Effort } from './effort.ts'
import { Load, type User } from './sign-in/load.ts'
import { type ServerProcess, startServer } from './sign-in/server-process.ts'
import { makeUsers } from './sign-in/users.ts'

/** Plans whose sides are running servers; `stop` ends them. */
export interface RunningPlan extends Plan {
  readonly stop: () => Promise<void>
}

interface Variant {
  readonly id: string
  readonly title: string
  readonly question: string
  readonly keys: number
  readonly cold: boolean
  /** Sign-ins under way at a time. */
  readonly lanes: number
  readonly aim?: number
}

const exchange =
  'One operation is a whole sign-in over HTTP on a kept connection: options, then the signed assertion. Processor time ' +
  'is that of the server process alone. The floor is an empty handler behind the same public adapter, which gives ' +
  'it the web objects that every handler of a host gets and Keybound’s own does without; the last side is the barest ' +
  'server there is, node:http by hand.'

const common = { keys: 256, cold: false, lanes: 1 } as const

const variants: readonly Variant[] = [
  {
    ...common,
    id: 'sign-in-warm',
    title: 'A sign-in over HTTP, keys seen before',
    question: `${exchange} One at a time, so that every sign-in has a commit of its own on every side.`,
    aim: 1.5,
  },
  {
    ...common,
    id: 'sign-in-cold',
    title: 'A sign-in over HTTP, keys never seen',
    question: `${exchange} One at a time, over more users than the cache of imported keys holds: every side imports each key.`,
    keys: 5000,
    cold: true,
    aim: 1.5,
  },
  {
    ...common,
    id: 'sign-in-busy',
    title: 'A sign-in over HTTP, 16 under way',
    question: `${exchange} Sixteen at a time: the embedded store commits together what is asked together, the others commit each by itself.`,
    lanes: 16,
  },
]

/** Starts the servers of each variant when its turn comes. */
export function signInPlans(
  effort: Effort,
): readonly { readonly id: string; readonly start: () => Promise<RunningPlan> }[] {
  return variants.map((variant) => ({ id: variant.id, start: () => start(variant, effort) }))
}

async function start(variant: Variant, effort: Effort): Promise<RunningPlan> {
  const keys = effort.smoke ? 32 : variant.keys
  const block = effort.smoke ? 8 : 64
  const { users, credentials } = await makeUsers(keys)
  const seed = { credentials, cold: variant.cold }
  const processes = await Promise.all([
    startServer('floor-server.ts', ['adapter'], seed),
    startServer('keybound-server.ts', [], seed),
    startServer('floor-server.ts', ['node'], seed),
  ])
  const loads = processes.map(({ port }) => new Load(port, variant.lanes))
  const imports = variant.cold ? 'imports the key, then ' : ''
  const described = [
    {
      name: 'empty handlers',
      verifies: `${imports}the bare signature over ready bytes, behind the same Node adapter`,
      commits: 'the same rows: used challenge, credential, session; synced',
      issues: 'ready answers of the same size',
    },
    {
      name: 'Keybound',
      verifies: `${imports}JSON, origin, MACed challenge, client data, relying party, flags, counter, signature`,
      commits: 'used challenge with its result, credential, session; synced',
      issues: 'challenge, session, device token',
    },
    {
      name: 'node:http by hand',
      verifies: `${imports}the bare signature over ready bytes, with no framework at all`,
      commits: 'the same rows, synced',
      issues: 'ready answers of the same size',
    },
  ]
  const sides = described.map((side, index): DescribedSide => {
    return {
      ...side,
      runBlock: (round) =>
        runBlock(processes[index] as ServerProcess, loads[index] as Load, users, round, block),
    }
  })
  const { lanes: _lanes, cold: _cold, ...plan } = variant
  return {
    ...plan,
    keys,
    block,
    floor: 'empty handlers',
    subject: 'Keybound',
    sides,
    rounds: effort.rounds,
    warmUp: effort.smoke ? effort.warmUp : 5 * effort.warmUp,
    stop: async () => {
      for (const load of loads) load.close()
      await Promise.all(processes.map((one) => one.stop()))
    },
  }
}

async function runBlock(
  server: ServerProcess,
  load: Load,
  users: readonly User[],
  round: number,
  block: number,
) {
  const chosen = Array.from({ length: block }, (_, at) => users[(round * block + at) % users.length] as User)
  const cpuStart = await server.cpu()
  const wallStart = process.hrtime.bigint()
  await load.signIn(chosen)
  const wall = Number(process.hrtime.bigint() - wallStart) / 1000
  return { cpu: ((await server.cpu()) - cpuStart) / block, wall: wall / block }
}
