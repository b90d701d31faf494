import { decodeBase64Url, encodeBase64Url } from '@keybound/protocol'
import type { VaultPair } from '../../hardware/secure-hardware.ts'
import { type CaseContext, defineCase } from '../case.ts'
import {
  changed,
  createKey,
  finger,
  keyRequest,
  proof,
  rejectsUnauthorized,
  sealing,
  signing,
  words,
} from '../common.ts'
import { ensure, equal, rejects } from '../expect.ts'

const context0 = '["keybound","https://bank.example","acct-1"]'

async function open(
  { hardware, world }: Pick<CaseContext, 'hardware' | 'world'>,
  pair: VaultPair,
  bound = context0,
): Promise<string> {
  const opening = hardware.openVaultPair(sealing, pair, bound, words)
  const [handle] = await Promise.all([opening, world.touch(finger)])
  return handle
}

/** Refuses what opens although it must not; the touch is there in any case. */
async function staysShut({ hardware, world }: CaseContext, pair: VaultPair, bound = context0): Promise<void> {
  void world.touch(finger)
  await rejects(hardware.openVaultPair(sealing, pair, bound, words), 'openFailed', 'openVaultPair')
  await world.clearTouches()
}

/** Sealing without a prompt, opening with one (docs/vault.md). */
export const vaultCases = [
  defineCase({
    id: 'V01',
    proves:
      'Sealing takes no prompt, with the sensor locked out as well; opening takes one, and gives the data back.',
    source: 'SecureHardware.newVaultPair, openVaultPair; android.md §2; ios.md §2',
    uses: ['touch', 'lockOut', 'unlockWithCredential'],
    run: async (context) => {
      const { hardware, world } = context
      await createKey(context, 'sealing')
      await world.lockOut('lockedOutPermanently')
      const pair = await hardware.newVaultPair(sealing, context0)
      const dataKey = await hardware.newDataKey()
      const wrapped = await hardware.wrapDataKey(pair.publicKey, dataKey)
      const sealed = await hardware.aeadSeal(dataKey, 'AQID', 'AA')
      equal(world.prompts.length, 0, 'number of prompts')
      await world.unlockWithCredential()
      const vault = await open(context, pair)
      const again = await hardware.unwrapDataKey(vault, wrapped)
      equal(await hardware.aeadOpen(again, sealed, 'AA'), 'AQID', 'what was sealed')
      equal(world.prompts.length, 1, 'number of prompts')
    },
  }),
  defineCase({
    id: 'V02',
    proves: 'A sealed pair has the layout of the contract, so that every implementation reads it.',
    source: 'VaultPair.sealed; android.md §2 (RSA-2048), ios.md §2 (65 + 32 + 16)',
    run: async (context) => {
      await createKey(context, 'sealing')
      const { publicKey, sealed } = await context.hardware.newVaultPair(sealing, context0)
      const bytes = decodeBase64Url(sealed)
      const wrapped = context.platform === 'android' ? 256 : 65 + 32 + 16
      equal(((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0), wrapped, 'length of the wrapped key')
      equal(bytes.length, 2 + wrapped + 12 + 32 + 16, 'length')
      equal(decodeBase64Url(publicKey).length, 65, 'length of the public key')
    },
  }),
  defineCase({
    id: 'V03',
    proves: 'A pair opens for its own context only.',
    source: 'VaultPair (associated data); attacks.md B05',
    uses: ['touch'],
    run: async (context) => {
      await createKey(context, 'sealing')
      const pair = await context.hardware.newVaultPair(sealing, context0)
      await staysShut(context, pair, `${context0} `)
      await open(context, pair)
    },
  }),
  defineCase({
    id: 'V04',
    proves:
      'A pair whose public half was swapped does not open: nobody has secrets sealed to a key of his own.',
    source: 'SecureHardware.openVaultPair; attacks.md B05',
    uses: ['touch'],
    run: async (context) => {
      await createKey(context, 'sealing')
      const pair = await context.hardware.newVaultPair(sealing, context0)
      const other = await context.hardware.newVaultPair(sealing, context0)
      await staysShut(context, { publicKey: other.publicKey, sealed: pair.sealed })
      await open(context, pair)
    },
  }),
  defineCase({
    id: 'V05',
    proves: 'A pair with any part changed, cut short or made longer does not open.',
    source: 'AES-GCM, RSA-OAEP, ECIES; android.md §8 (AEADBadTagException)',
    uses: ['touch'],
    run: async (context) => {
      await createKey(context, 'sealing')
      const { publicKey, sealed } = await context.hardware.newVaultPair(sealing, context0)
      const bytes = decodeBase64Url(sealed)
      for (const at of [0, 100, -1, -20, -48, -60]) {
        await staysShut(context, { publicKey, sealed: changed(sealed, at) })
      }
      await staysShut(context, { publicKey, sealed: encodeBase64Url(bytes.slice(0, -1)) })
      await staysShut(context, { publicKey, sealed: '' })
    },
  }),
  defineCase({
    id: 'V06',
    proves: 'Another sealing key of the same phone does not open it.',
    source: 'android.md §8 (wrong or replaced key)',
    uses: ['touch'],
    run: async (context) => {
      const { hardware } = context
      await createKey(context, 'sealing')
      await hardware.createKey(keyRequest('sealing', { alias: 'other.sealing' }))
      const pair = await hardware.newVaultPair('other.sealing', context0)
      await staysShut(context, pair)
    },
  }),
  defineCase({
    id: 'V07',
    proves: 'A prompt that says success without the sensor’s word opens nothing.',
    source: 'attacks.md A01–A03; KeyMint KEY_USER_NOT_AUTHENTICATED; errSecAuthFailed (ios.md §4)',
    uses: ['forceSuccess', 'touch'],
    run: async (context) => {
      await createKey(context, 'sealing')
      const pair = await context.hardware.newVaultPair(sealing, context0)
      await context.world.forceSuccess()
      const forced = context.hardware.openVaultPair(sealing, pair, context0, words)
      await rejectsUnauthorized(context, forced, 'openVaultPair')
      await open(context, pair)
    },
  }),
  defineCase({
    id: 'V08',
    proves: 'A closed vault gives nothing more; closing twice, or nothing, is no error.',
    source: 'SecureHardware.closeHandle; design.md (locking)',
    uses: ['touch'],
    run: async (context) => {
      const { hardware } = context
      await createKey(context, 'sealing')
      const pair = await hardware.newVaultPair(sealing, context0)
      const wrapped = await hardware.wrapDataKey(pair.publicKey, await hardware.newDataKey())
      const first = await open(context, pair)
      const second = await open(context, pair)
      ensure(first !== second, 'one handle for two openings')
      await hardware.closeHandle(first)
      await hardware.closeHandle(first)
      await hardware.closeHandle('nothing')
      await rejects(hardware.unwrapDataKey(first, wrapped), 'handleUnknown', 'unwrapDataKey')
      await hardware.unwrapDataKey(second, wrapped)
    },
  }),
  defineCase({
    id: 'V09',
    proves: 'A data key wrapped for another pair, or changed, does not come out.',
    source: 'docs/vault.md (ecdh-p256-hkdf-a256gcm)',
    uses: ['touch'],
    run: async (context) => {
      const { hardware } = context
      await createKey(context, 'sealing')
      const pair = await hardware.newVaultPair(sealing, context0)
      const other = await hardware.newVaultPair(sealing, context0)
      const vault = await open(context, pair)
      const dataKey = await hardware.newDataKey()
      const foreign = await hardware.wrapDataKey(other.publicKey, dataKey)
      await rejects(hardware.unwrapDataKey(vault, foreign), 'openFailed', 'unwrapDataKey')
      const { epk, wrapped } = await hardware.wrapDataKey(pair.publicKey, dataKey)
      equal([decodeBase64Url(epk).length, decodeBase64Url(wrapped).length], [65, 48], 'lengths')
      const broken = hardware.unwrapDataKey(vault, { epk, wrapped: changed(wrapped, 0) })
      await rejects(broken, 'openFailed', 'unwrapDataKey')
    },
  }),
  defineCase({
    id: 'V10',
    proves: 'Handles are gone with the process of the app.',
    source: 'design.md (session keys, locking)',
    uses: ['killApp', 'touch'],
    run: async (context) => {
      const { hardware, world } = context
      await createKey(context, 'sealing')
      const pair = await hardware.newVaultPair(sealing, context0)
      const dataKey = await hardware.newDataKey()
      const wrapped = await hardware.wrapDataKey(pair.publicKey, dataKey)
      const vault = await open(context, pair)
      await world.killApp()
      await rejects(hardware.unwrapDataKey(vault, wrapped), 'handleUnknown', 'unwrapDataKey')
      await rejects(hardware.aeadSeal(dataKey, 'AQID', ''), 'handleUnknown', 'aeadSeal')
      await hardware.unwrapDataKey(await open(context, pair), wrapped)
    },
  }),
  defineCase({
    id: 'V11',
    proves:
      'Only a sealing key makes pairs and opens them: with another the call is wrong, nothing is shown, and the pair stays.',
    source: 'SecureHardware (roles); android.md §3 (one key, one purpose)',
    uses: ['touch'],
    run: async (context) => {
      const { hardware, world } = context
      await createKey(context, 'signing')
      await createKey(context, 'sealing')
      await createKey(context, 'proof')
      const pair = await hardware.newVaultPair(sealing, context0)
      for (const alias of [signing, proof]) {
        const making = hardware.newVaultPair(alias, context0)
        await rejects(making, 'invalidArgument', `newVaultPair of ${alias}`)
        const opening = hardware.openVaultPair(alias, pair, context0, words)
        await rejects(opening, 'invalidArgument', `openVaultPair by ${alias}`)
      }
      equal(world.prompts.length, 0, 'number of prompts')
      await open(context, pair)
    },
  }),
]
