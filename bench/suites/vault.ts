import { webcrypto } from 'node:crypto'
import type { KeyHandle } from '@keybound/client'
import { openSecret, readSealedSecret, sealSecret } from '../../packages/client/src/vault/sealed-secret.ts'
import { makeKeys, newSalts } from '../../packages/web/src/sealing/make-keys.ts'
import { openKey } from '../../packages/web/src/sealing/sealing-keys.ts'
import { createWebSealing } from '../../packages/web/src/sealing/web-sealing.ts'
import type { DescribedSide, Plan } from '../harness/comparison.ts'
import { measureHere } from '../harness/interleave.ts'
import type { Effort } from './effort.ts'
import { agreeOnce, bareEncryption } from './vault-floor.ts'

const crypto = webcrypto as unknown as Crypto
const owner = { server: 'https://bank.example', account: 'acct-1', credentialId: 'Y3JlZGVudGlhbA' }
const size = 1024 * 1024
const none = { commits: 'nothing', issues: 'nothing' } as const
const floor = 'bare AES-256-GCM'
const withAgreement = 'bare AES-256-GCM and key agreement'

/** What one operation does; `fresh` opens with a key that a touch opened just now, so that it has unwrapped nothing yet. */
type Work = 'seal' | 'open' | 'open-fresh'

const titles: Readonly<Record<Work, string>> = {
  seal: 'Sealing 1 MiB',
  open: 'Opening 1 MiB again',
  'open-fresh': 'Opening 1 MiB for the first time',
}

const questions: Readonly<Record<Work, string>> = {
  seal:
    'One secret of 1 MiB under a fresh data key, wrapped to the public half of the sealing key with a fresh ephemeral key, ' +
    'in one file; against the encryption alone under a ready key. The third side adds to the encryption what no sealing ' +
    'to a public key can do without: fresh keys, one agreement, one derivation, one wrap.',
  open: 'A secret that was read before since the unlock: header read strictly, decrypted; against the decryption alone.',
  'open-fresh':
    'The first reading after an unlock: header read strictly, data key unwrapped, decrypted; against the decryption ' +
    'alone under a ready key. The third side adds one agreement, one derivation, one unwrap.',
}

/** The vault's format against nothing but the encryption, both by WebCrypto of Node. */
export function vaultPlans(
  effort: Effort,
): readonly { readonly id: string; readonly start: () => Promise<Plan> }[] {
  const works: readonly Work[] = ['seal', 'open', 'open-fresh']
  return works.map((work) => ({ id: `vault-${work}`, start: () => start(effort, work) }))
}

async function start(effort: Effort, work: Work): Promise<Plan> {
  const sealing = createWebSealing({ crypto })
  const output = (value: number) => new Uint8Array(32).fill(value)
  const keys = await makeKeys(crypto, { unlock: output(1), everyTime: output(2) }, newSalts(crypto), owner)
  const unlock = () => openKey(crypto, output(1), keys.unlock, owner, 'unlock')
  const plaintext = new Uint8Array(size).fill(7)
  const place = { ...owner, epoch: 1, key: 'A'.repeat(43), name: 'statement', version: 1 }
  const seal = () => sealSecret(sealing, keys.unlock.publicKey, place, plaintext)
  const { file } = await seal()
  const bare = await bareEncryption(crypto, plaintext)
  const agree = await agreeOnce(crypto)
  const once = await unlock()
  const block = effort.smoke ? 2 : 16

  const opened = (): Promise<readonly KeyHandle[]> =>
    Promise.all(Array.from({ length: block }, () => (work === 'open-fresh' ? unlock() : once)))
  const side = (
    name: string,
    verifies: string,
    run: (key: KeyHandle) => Promise<unknown>,
  ): DescribedSide => ({
    name,
    verifies,
    ...none,
    runBlock: async () => {
      const handles = await opened()
      return measureHere(block, async () => {
        for (const key of handles) await run(key)
      })
    },
  })
  const isSeal = work === 'seal'
  const encryption = isSeal ? bare.encrypt : bare.decrypt
  const sides = [
    side(floor, isSeal ? 'nothing' : 'the tag', encryption),
    isSeal
      ? side('vault', 'nothing', seal)
      : side('vault', 'header, wrapped data key, tag', (key) =>
          openSecret(sealing, key, readSealedSecret(file)),
        ),
  ]
  const agreement = side(withAgreement, isSeal ? 'nothing' : 'wrapped data key, tag', async () => {
    await (isSeal ? agree.wrap() : agree.unwrap())
    await encryption()
  })
  return {
    id: `vault-${work}`,
    title: titles[work],
    question: questions[work],
    floor,
    subject: 'vault',
    aim: 1.25,
    sides: work === 'open' ? sides : [...sides, agreement],
    rounds: effort.rounds,
    warmUp: effort.warmUp,
    block,
    keys: 1,
  }
}
