import { defineCase } from '../case.ts'
import {
  checkSignature,
  createKey,
  finger,
  message,
  signing,
  signWithFinger,
  stranger,
  words,
} from '../common.ts'
import { equal, rejects } from '../expect.ts'

const onlyOnDevice = 'the counts and times of this model’s sensor'

/** Lockouts and what ends them. */
export const sensorCases = [
  defineCase({
    id: 'N01',
    proves: 'Five strangers’ fingers lock the sensor for half a minute; then it works again.',
    source: 'BiometricPrompt ERROR_LOCKOUT 7 (five failures, 30 s)',
    platforms: ['android'],
    uses: ['touch', 'advance'],
    onlyOnDevice,
    run: async (context) => {
      const key = await createKey(context, 'signing')
      const refused = rejects(context.hardware.sign(signing, message, words), 'lockedOut', 'sign', 7)
      for (let miss = 0; miss < 5; miss++) await context.world.touch(stranger)
      await refused
      await rejects(context.hardware.sign(signing, message, words), 'lockedOut', 'sign', 7)
      await context.world.advance(30_000)
      await checkSignature(context, key, await signWithFinger(context))
    },
  }),
  defineCase({
    id: 'N02',
    proves: 'Setting the phone’s clock forward ends no lockout.',
    source: 'attacks.md A26; SystemClock.elapsedRealtime',
    platforms: ['android'],
    uses: ['lockOut', 'setClock'],
    run: async (context) => {
      await createKey(context, 'signing')
      await context.world.lockOut('lockedOut')
      await context.world.setClock(4_000_000_000_000)
      await rejects(context.hardware.sign(signing, message, words), 'lockedOut', 'sign', 7)
    },
  }),
  defineCase({
    id: 'N03',
    proves:
      'The lasting lockout has a code of its own, the same on both systems, and ends with the device credential.',
    source: 'BiometricPrompt ERROR_LOCKOUT_PERMANENT 9; LAError -8; RNB#75, RNB#123',
    uses: ['lockOut', 'advance', 'unlockWithCredential', 'touch'],
    run: async (context) => {
      const key = await createKey(context, 'signing')
      await context.world.lockOut('lockedOutPermanently')
      const native = context.platform === 'android' ? 9 : -8
      const sign = () => context.hardware.sign(signing, message, words)
      await rejects(sign(), 'lockedOutPermanently', 'sign', native)
      await context.world.advance(3_600_000)
      await rejects(sign(), 'lockedOutPermanently', 'sign', native)
      equal(await context.hardware.keyState(signing), 'ready', 'state')
      await context.world.unlockWithCredential()
      await checkSignature(context, key, await signWithFinger(context))
    },
  }),
  defineCase({
    id: 'N04',
    proves: 'Three misses end one prompt, five lock Face ID and Touch ID until the passcode.',
    source: 'LAError -1, -8',
    platforms: ['ios'],
    uses: ['touch'],
    onlyOnDevice,
    run: async (context) => {
      await createKey(context, 'signing')
      const first = rejects(
        context.hardware.sign(signing, message, words),
        'authenticationFailed',
        'sign',
        -1,
      )
      for (let miss = 0; miss < 3; miss++) await context.world.touch(stranger)
      await first
      const second = rejects(
        context.hardware.sign(signing, message, words),
        'lockedOutPermanently',
        'sign',
        -8,
      )
      for (let miss = 0; miss < 2; miss++) await context.world.touch(stranger)
      await second
    },
  }),
  defineCase({
    id: 'N05',
    proves: 'A finger that was recognised starts the count of misses anew.',
    source: 'AOSP LockoutTracker',
    uses: ['touch'],
    onlyOnDevice,
    run: async (context) => {
      const key = await createKey(context, 'signing')
      for (let round = 0; round < 4; round++) {
        const signature = context.hardware.sign(signing, message, words)
        for (let miss = 0; miss < 2; miss++) await context.world.touch(stranger)
        await context.world.touch(finger)
        await checkSignature(context, key, await signature)
      }
    },
  }),
]
