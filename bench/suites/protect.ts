import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import type { Guard } from '@keybound/server/protect'
import type { DescribedSide, Plan } from '../harness/comparison.ts'
import { measureHere } from '../harness/interleave.ts'
import type { Effort } from './effort.ts'
import {
  type Device,
  makeProtectWorld,
  type ProtectedCall,
  type ProtectWorld,
  type Signed,
} from './protect-inputs.ts'

const nothing = { commits: 'nothing', issues: 'nothing' } as const
const floor = 'bare signatures'
const protectDoes =
  'token (RFC 9068) and proof (RFC 9449 §4.3, all checks), nonce, replay in memory, acr and age of the sign-in'

/** A protected request against its bare signatures: token and proof, with devices seen before and never seen. */
export function protectPlans(
  effort: Effort,
): readonly { readonly id: string; readonly start: () => Promise<Plan> }[] {
  return [
    { id: 'protect-warm', start: () => start(effort, warm) },
    { id: 'protect-cold', start: () => start(effort, cold) },
  ]
}

interface Variant extends Pick<Plan, 'id' | 'title' | 'question' | 'aim'> {
  /** Devices the guard remembers, of so many. */
  readonly remembers: (devices: number) => number
  readonly bare: (call: ProtectedCall, world: ProtectWorld) => boolean
  readonly bareDoes: string
}

const warm: Variant = {
  id: 'protect-warm',
  title: 'A protected request, device seen before',
  question:
    'One request with access token and DPoP proof through protect(), over 10,000 devices that were seen before, ' +
    'against nothing but the two signature checks over ready bytes with ready keys. Every proof is new.',
  aim: 1.5,
  remembers: (devices) => devices,
  bare: ({ device, proof, token }, { issuerKey }) => isBy(device.publicKey, proof) && isBy(issuerKey, token),
  bareDoes: 'both signatures over ready bytes, with ready KeyObjects',
}

const cold: Variant = {
  id: 'protect-cold',
  title: 'A protected request, device never seen',
  question:
    'The same with every device new to the process, as after a start: the key of the proof is imported from its ' +
    'JWK first, and no token was checked before. The floor imports the key too.',
  remembers: () => 1,
  bare: ({ device, proof, token }, { issuerKey }) =>
    isBy(createPublicKey({ key: device.jwk as never, format: 'jwk' }), proof) && isBy(issuerKey, token),
  bareDoes: 'imports the key from its JWK, then both signatures over ready bytes',
}

async function start(effort: Effort, variant: Variant): Promise<Plan> {
  const world = makeProtectWorld(effort.smoke ? 64 : 10_000)
  const { devices } = world
  const block = effort.smoke ? 16 : 128
  const guard = world.guard(variant.remembers(devices.length))
  const nonce = await world.nonceOf(guard)
  if (variant === warm) for (const device of devices) await pass(guard, world.call(device, nonce))
  const callsOf = (round: number) =>
    Array.from({ length: block }, (_, at) =>
      world.call(devices[(round * block + at) % devices.length] as Device, nonce),
    )

  const bare: DescribedSide = {
    name: floor,
    verifies: variant.bareDoes,
    ...nothing,
    runBlock: async (round) => {
      const calls = callsOf(round)
      return measureHere(block, async () => {
        for (const call of calls) if (!variant.bare(call, world)) throw new Error('A valid call was refused.')
      })
    },
  }
  const protect: DescribedSide = {
    name: 'protect',
    verifies: protectDoes,
    ...nothing,
    runBlock: async (round) => {
      if (round === 0) await refusesForgeries(guard, world, nonce)
      const calls = callsOf(round)
      return measureHere(block, async () => {
        for (const call of calls) await pass(guard, call)
      })
    },
  }
  const { id, title, question, aim } = variant
  return {
    id,
    title,
    question,
    ...(aim === undefined ? {} : { aim }),
    floor,
    subject: 'protect',
    rounds: effort.rounds,
    warmUp: effort.warmUp,
    block,
    keys: devices.length,
    sides: [bare, protect],
  }
}

async function pass(guard: Guard, { request }: ProtectedCall): Promise<void> {
  const verdict = await guard(request)
  if (verdict.outcome !== 'granted') throw new Error(`A valid call was refused: ${verdict.error.message}`)
}

/** A guard that refuses nothing would be quick: replays and proofs of another device are refused before it is measured. */
async function refusesForgeries(guard: Guard, world: ProtectWorld, nonce: string): Promise<void> {
  const [first, second] = world.devices as [Device, Device]
  const call = world.call(first, nonce)
  await pass(guard, call)
  const foreign = world.call(second, nonce).request.headers.get('dpop') ?? ''
  const forged = new Request(call.request, {
    headers: { authorization: call.request.headers.get('authorization') ?? '', dpop: foreign },
  })
  for (const request of [call.request, forged]) {
    if ((await guard(request)).outcome === 'granted') throw new Error('A forged call was granted.')
  }
}

function isBy(key: KeyObject, { bytes, signature }: Signed): boolean {
  return verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, signature)
}
