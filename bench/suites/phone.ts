import * as approvals from '@keybound/client/approvals'
import type { PromptText, VaultPair } from '@keybound/phone'
import { setUp, startApp } from '../../test/phone/support/bank.ts'
import { makePhone, openPhoneBank, own, type Phone } from '../../test/phone/support/phones.ts'
import { origin } from '../../test/support/server.ts'
import { payment } from '../../test/transactions/support/bank.ts'
import type { DescribedSide, Plan } from '../harness/comparison.ts'
import { measureHere } from '../harness/interleave.ts'
import type { Effort } from './effort.ts'

/** What an app does, and how often that uses hardware keys: nothing of it can be quicker than those. */
const flows = {
  unlock: {
    title: 'unlock',
    uses: 'one opening of the vault’s pair, one signature of the proof key; a second one is made after the answer and not waited for',
    does: 'opens the vault and exchanges the refresh token at the server',
  },
  payment: {
    title: 'payment',
    uses: 'one signature over the statement',
    does: 'fetches the statement, shows it, signs, and gets the receipt',
  },
  call: {
    title: 'call with an access token',
    uses: 'none',
    does: 'makes a proof by the session key and calls the server',
  },
} as const
type Flow = keyof typeof flows

const floor = 'the hardware alone'
const text: PromptText = { title: 'Unlock', subtitle: '', description: '', cancel: 'Cancel' }

/**
 * What Keybound adds to the hardware on a virtual iPhone whose every use of a key takes 20 or 200 ms: the difference of
 * the sides' wall times.
 */
export function phonePlans(
  effort: Effort,
): readonly { readonly id: string; readonly start: () => Promise<Plan> }[] {
  return ([20, 200] as const).flatMap((delay) =>
    (['unlock', 'payment', 'call'] as const).map((flow) => ({
      id: `phone-${flow}-${delay}`,
      start: () => start(effort, flow, delay),
    })),
  )
}

async function start(effort: Effort, flow: Flow, delay: number): Promise<Plan> {
  const { title, uses, does } = flows[flow]
  const bank = await openPhoneBank()
  const phone = await makePhone('ios', bank, { delays: { use: delay } })
  const client = await startApp(bank, phone.hardware, { more: { approvals } })
  void phone.touch(own)
  await setUp(client)
  void phone.touch(own)
  await client.unlock()
  const alone = await hardwareAlone(phone)
  let operations = 0
  let next = ''

  async function keybound(): Promise<void> {
    if (flow === 'call') {
      await client.fetch(`${origin}/v1/session`)
    } else if (flow === 'unlock') {
      void phone.touch(own)
      await client.unlock()
    } else {
      void phone.touch(own)
      await client.approve(next)
    }
  }

  /** What the host's backend does beforehand. */
  async function prepare(): Promise<void> {
    // Behind the sealing of the next refresh token, which goes on after an unlock has answered.
    if (flow === 'unlock') await client.vault.list()
    if (flow !== 'payment') return
    const operationId = `operation ${++operations}`
    const { id } = await bank.server.transactions.create({
      account: bank.ada,
      type: 'payment',
      fields: payment(1),
      operationId,
    })
    next = id
  }

  const block = flow === 'call' ? 20 : 1
  const side = (
    name: string,
    verifies: string,
    once: () => Promise<unknown>,
    withoutServer = false,
  ): DescribedSide => ({
    name,
    verifies,
    commits: 'in memory',
    issues: flow === 'call' || name === floor ? 'nothing' : 'tokens or a receipt',
    async runBlock() {
      if (name !== floor) await prepare()
      bank.network.milliseconds = 0
      const { cpu, wall } = await measureHere(block, async () => {
        for (let times = 0; times < block; times++) await once()
      })
      const server = withoutServer ? (bank.network.milliseconds * 1000) / block : 0
      return { cpu: cpu - server, wall: wall - server }
    },
  })
  return {
    id: `phone-${flow}-${delay}`,
    title: `A ${title} on a phone whose hardware takes ${delay} ms`,
    question: `The app ${does}; against the hardware alone (${uses}), at ${delay} ms for each use. The difference in wall time is what is added, with the server in the same process, and without the time spent in it.`,
    floor,
    subject: 'keybound',
    sides: [
      side(floor, 'nothing', () => alone[flow]()),
      side('keybound and its server', 'all that client and server verify', keybound),
      side('keybound', 'what the client verifies', keybound, true),
    ],
    rounds: Math.min(effort.rounds, 40),
    warmUp: Math.min(effort.warmUp, 4),
    block,
    keys: 1,
  }
}

/** The bare uses of hardware keys behind each flow. */
async function hardwareAlone({ hardware, touch }: Phone) {
  const key = (role: 'signing' | 'sealing' | 'proof') => ({
    alias: `bench.${role}`,
    role,
    enrolment: 'currentSet' as const,
    strongBox: 'no' as const,
    allowSoftware: false,
    attestationChallenge: 'A'.repeat(43),
  })
  await hardware.createKey(key('signing'))
  await hardware.createKey(key('sealing'))
  await hardware.createKey(key('proof'))
  const pair: VaultPair = await hardware.newVaultPair('bench.sealing', 'bench')
  const proof = () => hardware.signProof('bench.proof', 'AQID')
  return {
    async unlock() {
      void touch(own)
      const opened = await hardware.openVaultPair('bench.sealing', pair, 'bench', text)
      await hardware.closeHandle(opened)
      await proof()
    },
    async payment() {
      void touch(own)
      await hardware.sign('bench.signing', 'AQID', text)
    },
    // Below `R` a call uses no hardware key; one message to native code stands for the bridge.
    call: () => hardware.sha256('AQID'),
  } satisfies Record<Flow, () => Promise<unknown>>
}
