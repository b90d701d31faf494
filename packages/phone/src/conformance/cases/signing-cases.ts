import { defineCase } from '../case.ts'
import {
  changed,
  checkSignature,
  createKey,
  finger,
  message,
  pointOf,
  promptShown,
  proof,
  rejectsUnauthorized,
  sealing,
  signing,
  signWithFinger,
  stranger,
  words,
} from '../common.ts'
import { ensure, equal, rejects } from '../expect.ts'

/** What a signature needs, and what gives none. */
export const signingCases = [
  defineCase({
    id: 'S01',
    proves:
      'An enrolled finger gives a signature over exactly these bytes, with one prompt that shows the words.',
    source: 'SecureHardware.sign; design.md law 4',
    uses: ['touch'],
    run: async (context) => {
      const key = await createKey(context, 'signing')
      const signature = await signWithFinger(context)
      await checkSignature(context, key, signature)
      const other = await context.hardware.verify(pointOf(key.publicKey), changed(message, 0), signature)
      ensure(!other, 'a signature that fits other bytes')
      equal(context.world.prompts.length, 1, 'number of prompts')
      const shown = Object.values(context.world.prompts[0] ?? {}).join('\n')
      ensure(shown.includes(words.title) && shown.includes(words.subtitle), 'a prompt without its words')
    },
  }),
  defineCase({
    id: 'S02',
    proves: 'A stranger’s finger gives none; the prompt waits, and an enrolled finger still can.',
    source: 'BiometricPrompt onAuthenticationFailed; LAContext',
    uses: ['touch'],
    run: async (context) => {
      const key = await createKey(context, 'signing')
      const signature = context.hardware.sign(signing, message, words)
      let settled = false
      void signature.then(
        () => (settled = true),
        () => (settled = true),
      )
      await context.world.touch(stranger)
      ensure(!settled, 'a call that settled for a stranger')
      await context.world.touch(finger)
      await checkSignature(context, key, await signature)
    },
  }),
  defineCase({
    id: 'S03',
    proves: 'A prompt that says success without the sensor’s word gives no signature.',
    source: 'attacks.md A01–A06; KeyMint KEY_USER_NOT_AUTHENTICATED; errSecAuthFailed (ios.md §4)',
    uses: ['forceSuccess'],
    onlyOnDevice: 'that the secure hardware of this model checks the token',
    run: async (context) => {
      await createKey(context, 'signing')
      await context.world.forceSuccess()
      const forced = context.hardware.sign(signing, message, words)
      await rejectsUnauthorized(context, forced, 'sign after a forced success')
      const state = await context.hardware.keyState(signing)
      equal(state, 'ready', 'state: a refusal deletes no key')
    },
  }),
  defineCase({
    id: 'S04',
    proves: 'Every signature takes a touch of its own: an earlier one opens nothing.',
    source: 'AOSP validity 0 = every use; LAContext reuse 0; attacks.md A13',
    uses: ['touch', 'dismissPrompt'],
    run: async (context) => {
      await createKey(context, 'signing')
      await signWithFinger(context)
      const second = context.hardware.sign(signing, message, words)
      const refused = rejects(second, 'userCanceled', 'sign without a touch')
      await promptShown(context, 2)
      await context.world.dismissPrompt()
      await refused
    },
  }),
  defineCase({
    id: 'S05',
    proves: 'Unlocking the phone a moment earlier opens nothing.',
    source: 'android.md §2 (validity windows): RNK#331, SBA#50; attacks.md A11',
    uses: ['unlockWithCredential', 'dismissPrompt'],
    run: async (context) => {
      await createKey(context, 'signing')
      await context.world.unlockWithCredential()
      const signature = context.hardware.sign(signing, message, words)
      const refused = rejects(signature, 'userCanceled', 'sign after unlocking the phone')
      await promptShown(context, 1)
      await context.world.dismissPrompt()
      await refused
    },
  }),
  defineCase({
    id: 'S06',
    proves: 'Where there is no key there is no prompt, and none is made.',
    source: 'SecureHardware.sign; android.md §8 (never get-or-create)',
    run: async ({ hardware, world }) => {
      await rejects(hardware.sign(signing, message, words), 'keyMissing', 'sign')
      await rejects(hardware.signProof(proof, message), 'keyMissing', 'signProof')
      await rejects(hardware.newVaultPair(sealing, 'context'), 'keyMissing', 'newVaultPair')
      equal(world.prompts.length, 0, 'number of prompts')
      equal(await hardware.listKeys(''), [], 'keys')
    },
  }),
  defineCase({
    id: 'S07',
    proves:
      'A key does what its role is for and nothing else: that is a wrong call, not a refusal of the key.',
    source: 'SecureHardware (roles); android.md §3 (one key, one purpose); MASTG-TEST-0307',
    run: async (context) => {
      const { hardware, world } = context
      await createKey(context, 'signing')
      await createKey(context, 'sealing')
      await createKey(context, 'proof')
      for (const alias of [sealing, proof]) {
        await rejects(hardware.sign(alias, message, words), 'invalidArgument', `sign by ${alias}`)
      }
      for (const alias of [signing, sealing]) {
        await rejects(hardware.signProof(alias, message), 'invalidArgument', `signProof by ${alias}`)
      }
      equal(world.prompts.length, 0, 'number of prompts')
    },
  }),
  defineCase({
    id: 'S08',
    proves: 'A proof key signs without a prompt, with the sensor locked out as well.',
    source: 'SecureHardware.signProof; ios.md §1 (proof key)',
    uses: ['lockOut'],
    run: async (context) => {
      const key = await createKey(context, 'proof')
      await context.world.lockOut('lockedOutPermanently')
      await checkSignature(context, key, await context.hardware.signProof(proof, message))
      equal(context.world.prompts.length, 0, 'number of prompts')
    },
  }),
  defineCase({
    id: 'S09',
    proves: 'A use that was pruned is refused, deletes no key, and can be asked again.',
    source: 'KeyMint INVALID_OPERATION_HANDLE; BSG PR#74',
    platforms: ['android'],
    uses: ['pruneOperations', 'touch'],
    run: async (context) => {
      const key = await createKey(context, 'signing')
      const pruned = context.hardware.sign(signing, message, words)
      const refused = rejects(pruned, 'keyNotAuthorized', 'sign')
      await promptShown(context, 1)
      await context.world.pruneOperations()
      await context.world.touch(finger)
      await refused
      await checkSignature(context, key, await signWithFinger(context))
    },
  }),
  defineCase({
    id: 'S12',
    proves:
      'A proof key that says late that nobody was recognised, or that the operation is gone, is tried once more, and not a third time; after another failure it is not.',
    source: 'KeyMint KEY_USER_NOT_AUTHENTICATED, INVALID_OPERATION_HANDLE; android.md §8',
    platforms: ['android'],
    uses: ['failNext'],
    run: async (context) => {
      const { hardware, world } = context
      const key = await createKey(context, 'proof')
      const fail = (number: number) =>
        world.failNext({ call: 'keystore.finish', exception: 'KeyStoreException', number })
      for (const number of [-26, -28]) {
        await fail(number)
        await checkSignature(context, key, await hardware.signProof(proof, message))
      }
      await fail(-26)
      await fail(-28)
      await rejects(hardware.signProof(proof, message), 'keyNotAuthorized', 'signProof, failed twice', -28)
      await fail(-1000)
      await rejects(hardware.signProof(proof, message), 'internal', 'signProof, failed otherwise', -1000)
      equal(world.prompts.length, 0, 'number of prompts')
    },
  }),
  defineCase({
    id: 'S13',
    proves: 'What is tried once more after a prompt has no touch of its own: the key refuses it.',
    source: 'KeyMint KEY_USER_NOT_AUTHENTICATED; AOSP validity 0 = every use',
    platforms: ['android'],
    uses: ['failNext', 'touch'],
    run: async (context) => {
      const { hardware, world } = context
      await createKey(context, 'signing')
      await world.failNext({ call: 'keystore.finish', exception: 'KeyStoreException', number: -28 })
      const signature = hardware.sign(signing, message, words)
      await Promise.all([rejects(signature, 'keyNotAuthorized', 'sign', -26), world.touch(finger)])
      equal(world.prompts.length, 1, 'number of prompts')
    },
  }),
  defineCase({
    id: 'S10',
    proves: 'When the hardware is taken, calls are refused, and keys are not thought lost.',
    source: 'KeyMint TOO_MANY_OPERATIONS; KeePassDX#2504',
    platforms: ['android'],
    uses: ['occupySlots'],
    run: async (context) => {
      await createKey(context, 'signing')
      await createKey(context, 'proof')
      await context.world.occupySlots(0)
      await rejects(context.hardware.sign(signing, message, words), 'notAvailable', 'sign')
      await rejects(context.hardware.signProof(proof, message), 'notAvailable', 'signProof')
      await rejects(context.hardware.keyState(signing), 'notAvailable', 'keyState')
      equal(context.world.prompts.length, 0, 'number of prompts')
    },
  }),
  defineCase({
    id: 'S11',
    proves: 'A phone that is locked says so, retryably.',
    source: 'errSecInteractionNotAllowed -25308; RNK#558, expo#23924',
    platforms: ['ios'],
    uses: ['setDeviceLocked', 'touch'],
    run: async (context) => {
      await createKey(context, 'signing')
      await context.world.setDeviceLocked(true)
      await rejects(context.hardware.sign(signing, message, words), 'deviceLocked', 'sign', -25308)
      equal(await context.hardware.keyState(signing), 'ready', 'state')
      await context.world.setDeviceLocked(false)
      await signWithFinger(context)
    },
  }),
]
