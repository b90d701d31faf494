import { webcrypto } from 'node:crypto'
import { openSecret, readSealedSecret, sealSecret } from '../../packages/client/src/vault/sealed-secret.ts'
import { makeKeys, newSalts, openKey } from '../../packages/web/src/sealing/sealing-keys.ts'
import { createWebSealing } from '../../packages/web/src/sealing/web-sealing.ts'
import type { DescribedSide, Plan } from '../harness/comparison.ts'
import { measureHere } from '../harness/interleave.ts'
import type { Effort } from './effort.ts'

const crypto = webcrypto as unknown as Crypto
const owner = { server: 'https://bank.example', account: 'acct-1', credentialId: 'Y3JlZGVudGlhbA' }
const size = 1024 * 1024
const none = { commits: 'nothing', issues: 'nothing' } as const
const floor = 'bare AES-256-GCM'

/** Sealing and opening 1 MiB in the vault's format against nothing but the encryption, both by WebCrypto of Node. */
export function vaultPlans(
  effort: Effort,
): readonly { readonly id: string; readonly start: () => Promise<Plan> }[] {
  return [
    { id: 'vault-seal', start: () => start(effort, 'seal') },
    { id: 'vault-open', start: () => start(effort, 'open') },
  ]
}

async function start(effort: Effort, what: 'seal' | 'open'): Promise<Plan> {
  const sealing = createWebSealing(crypto)
  const output = (value: number) => new Uint8Array(32).fill(value)
  const keys = await makeKeys(crypto, { unlock: output(1), everyTime: output(2) }, newSalts(crypto), owner)
  const opened = await openKey(crypto, output(1), keys.unlock, owner, 'unlock')
  const plaintext = new Uint8Array(size).fill(7)
  const place = { ...owner, epoch: 1, key: 'A'.repeat(43), name: 'statement', version: 1 }
  const seal = () => sealSecret(sealing, keys.unlock.publicKey, place, plaintext)
  const { file } = await seal()

  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const encrypted = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plaintext)
  const kept = iv.slice()
  const block = effort.smoke ? 2 : 16

  const side = (name: string, verifies: string, once: () => Promise<unknown>): DescribedSide => ({
    name,
    verifies,
    ...none,
    runBlock: () =>
      measureHere(block, async () => {
        for (let times = 0; times < block; times++) await once()
      }),
  })
  const bare = side(floor, 'the tag', () =>
    what === 'seal'
      ? crypto.subtle.encrypt({ name: 'AES-GCM', iv: crypto.getRandomValues(iv) }, key, plaintext)
      : crypto.subtle.decrypt({ name: 'AES-GCM', iv: kept }, key, encrypted),
  )
  const vault = side(
    'vault',
    what === 'seal' ? 'nothing' : 'header, wrapped data key, tag',
    what === 'seal' ? seal : () => openSecret(sealing, opened, readSealedSecret(file)),
  )
  return {
    id: `vault-${what}`,
    title: what === 'seal' ? 'Sealing 1 MiB' : 'Opening 1 MiB',
    question:
      what === 'seal'
        ? 'One secret of 1 MiB under a fresh data key, wrapped to the public half of the sealing key with a fresh ' +
          'ephemeral key, in one file; against the encryption alone under a ready key.'
        : 'The same secret with the vault open: header read strictly, data key unwrapped, decrypted; against the ' +
          'decryption alone under a ready key.',
    floor,
    subject: 'vault',
    aim: 1.25,
    sides: [bare, vault],
    rounds: effort.rounds,
    warmUp: effort.warmUp,
    block,
    keys: 1,
  }
}
