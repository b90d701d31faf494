import { webcrypto } from 'node:crypto'
import type { DescribedSide, Plan } from '../harness/comparison.ts'
import { measureHere } from '../harness/interleave.ts'
import type { Effort } from './effort.ts'
import { setUpDevice } from './unlock/device.ts'
import { bareManifest, bareUnlock } from './unlock/floor.ts'
import { agreeOnce } from './vault-floor.ts'

const crypto = webcrypto as unknown as Crypto
const floor = 'bare PRF, AES and one refresh'
const subject = 'unlock'

const operation =
  'One operation is `unlock` of a sealed session in the client of the browser, and `lock`; records and files are in ' +
  'memory, authenticator and server answer at once, so that the processor time is that of the client. The floor derives ' +
  'a key from the PRF, decrypts a refresh token, makes a session key and both proofs of a refresh, and encrypts the new ' +
  'refresh token. The third side adds what sealing to a public key under a signed manifest cannot do without.'

/** `again`: the page has unlocked before, and knows the manifest it wrote. */
const variants = [
  { id: 'unlock', title: 'An unlock in a page loaded anew', again: false },
  { id: 'unlock-again', title: 'An unlock after a lock', again: true },
] as const

/** The unlock of a browser's client against what no unlock can do without. */
export function unlockPlans(
  effort: Effort,
): readonly { readonly id: string; readonly start: () => Promise<Plan> }[] {
  return variants.map((variant) => ({ id: variant.id, start: () => start(effort, variant) }))
}

async function start(effort: Effort, { id, title, again }: (typeof variants)[number]): Promise<Plan> {
  const device = await setUpDevice()
  const loaded = device.load()
  const bare = await bareUnlock(crypto)
  const manifest = await bareManifest(crypto)
  const agree = await agreeOnce(crypto)
  const block = effort.smoke ? 2 : 16
  const side = (name: string, verifies: string, run: () => Promise<unknown>): DescribedSide => ({
    name,
    verifies,
    commits: 'the new refresh token, in memory',
    issues: 'the two proofs of a refresh',
    runBlock: () =>
      measureHere(block, async () => {
        for (let at = 0; at < block; at++) await run()
      }),
  })
  const unlock = async () => {
    const client = again ? loaded : device.load()
    await client.unlock()
    client.lock()
  }
  const withVault = async () => {
    if (!again) await manifest.verify()
    await bare()
    await agree.unwrap()
    await agree.wrap()
    await manifest.sign()
  }
  return {
    id,
    title,
    question: operation,
    floor,
    subject,
    sides: [
      side(floor, 'the tag', bare),
      side(subject, 'manifest, header, wrapped data key, tag; the answers of the server', unlock),
      side(`${floor}, with the vault's keys and signatures`, 'manifest, wrapped data key, tag', withVault),
    ],
    rounds: effort.rounds,
    warmUp: effort.warmUp,
    block,
    keys: 1,
  }
}
