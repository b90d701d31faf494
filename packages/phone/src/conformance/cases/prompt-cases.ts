import { encodeBase64Url } from '@keybound/protocol'
import { defineCase } from '../case.ts'
import {
  checkSignature,
  createKey,
  finger,
  message,
  promptShown,
  signing,
  signWithFinger,
  words,
} from '../common.ts'
import { ensure, equal, rejects } from '../expect.ts'

/** One prompt at a time, and every call settles (design.md law 4). */
export const promptCases = [
  defineCase({
    id: 'P01',
    proves: 'While one prompt is up a second call is refused, and the first goes on.',
    source: 'android.md §11.4; ios.md §7.1',
    uses: ['touch'],
    run: async (context) => {
      const key = await createKey(context, 'signing')
      const first = context.hardware.sign(signing, message, words)
      await promptShown(context, 1)
      await rejects(context.hardware.sign(signing, 'AQID', words), 'promptBusy', 'second sign')
      await context.world.touch(finger)
      await checkSignature(context, key, await first)
      equal(context.world.prompts.length, 1, 'number of prompts')
    },
  }),
  defineCase({
    id: 'P02',
    proves:
      'cancelPrompt closes the prompt: its call is refused, the next one works, and no operation stays open.',
    source: 'SecureHardware.cancelPrompt; LAContext.invalidate',
    uses: ['touch', 'openOperations'],
    run: async (context) => {
      const key = await createKey(context, 'signing')
      const refused = rejects(context.hardware.sign(signing, message, words), 'systemCanceled', 'sign')
      await promptShown(context, 1)
      await context.hardware.cancelPrompt()
      await refused
      equal(await context.world.openOperations(), 0, 'open operations')
      await context.hardware.cancelPrompt()
      await checkSignature(context, key, await signWithFinger(context))
    },
  }),
  defineCase({
    id: 'P10',
    proves:
      'A call that is cancelled right after it was made is refused, and no prompt of it stays; the next one works.',
    source: 'SecureHardware.cancelPrompt',
    uses: ['touch', 'openOperations'],
    run: async (context) => {
      const key = await createKey(context, 'signing')
      // As long as what is signed may be, so that reading it takes a while.
      const long = encodeBase64Url(new Uint8Array(2 ** 20))
      const refused = rejects(context.hardware.sign(signing, long, words), 'systemCanceled', 'sign')
      await context.hardware.cancelPrompt()
      await refused
      await checkSignature(context, key, await signWithFinger(context))
      equal(await context.world.openOperations(), 0, 'open operations')
    },
  }),
  defineCase({
    id: 'P03',
    proves: 'Pressing cancel is the user’s word, and leaves no operation open.',
    source: 'ERROR_NEGATIVE_BUTTON 13; LAError -2',
    uses: ['dismissPrompt', 'openOperations'],
    run: async (context) => {
      await createKey(context, 'signing')
      const native = context.platform === 'android' ? 13 : -2
      for (let round = 1; round <= 6; round++) {
        const refused = rejects(
          context.hardware.sign(signing, message, words),
          'userCanceled',
          'sign',
          native,
        )
        await promptShown(context, round)
        await context.world.dismissPrompt()
        await refused
      }
      equal(await context.world.openOperations(), 0, 'open operations')
    },
  }),
  defineCase({
    id: 'P04',
    proves: 'Going to the background ends the prompt, and back on the screen a new one works.',
    source: 'android.md §11.2: RNB#209, RNK#797; LAError -4',
    uses: ['background', 'foreground', 'touch', 'openOperations'],
    run: async (context) => {
      const key = await createKey(context, 'signing')
      const refused = rejects(context.hardware.sign(signing, message, words), 'systemCanceled', 'sign')
      await promptShown(context, 1)
      await context.world.background()
      await refused
      await context.world.foreground()
      await checkSignature(context, key, await signWithFinger(context))
      equal(await context.world.openOperations(), 0, 'open operations')
    },
  }),
  defineCase({
    id: 'P05',
    proves:
      'Making the activity anew ends the call; nobody waits for ever, and the new activity can ask again.',
    source: 'android.md §6 (androidx: only the last-built prompt gets callbacks), §11.5',
    platforms: ['android'],
    uses: ['recreateActivity', 'touch'],
    onlyOnDevice: 'how the dialog of this version behaves when the screen turns',
    run: async (context) => {
      const key = await createKey(context, 'signing')
      const ended = context.hardware.sign(signing, message, words)
      const refused = rejects(ended, 'systemCanceled', 'sign')
      await promptShown(context, 1)
      await context.world.recreateActivity()
      await refused
      await checkSignature(context, key, await signWithFinger(context))
    },
  }),
  defineCase({
    id: 'P06',
    proves: 'Once the app was told of the background no prompt comes up, and the call is refused at once.',
    source: 'android.md §11.1 (isStateSaved: androidx returns silently); ios.md §5 -25308',
    uses: ['background'],
    run: async (context) => {
      await createKey(context, 'signing')
      const seen: string[] = []
      const { remove } = context.hardware.onLifecycle(({ type }) => seen.push(type))
      await context.world.background()
      await told(seen, 'background')
      remove()
      const sign = context.hardware.sign(signing, message, words)
      // Android shows no prompt; iOS has a number for it, the one of a locked phone.
      const code = context.platform === 'android' ? 'systemCanceled' : 'deviceLocked'
      await rejects(sign, code, 'sign in the background')
      equal(context.world.prompts.length, 0, 'number of prompts')
    },
  }),
  defineCase({
    id: 'P07',
    proves: 'A touch after one call was ended settles the next call, with its own bytes.',
    source: 'android.md §11.3 (ELA finishCall); attacks.md A14',
    uses: ['touch'],
    run: async (context) => {
      const key = await createKey(context, 'signing')
      const first = rejects(context.hardware.sign(signing, 'AQID', words), 'systemCanceled', 'first sign')
      await promptShown(context, 1)
      await context.hardware.cancelPrompt()
      await first
      await checkSignature(context, key, await signWithFinger(context, message))
    },
  }),
  defineCase({
    id: 'P08',
    proves:
      'What the system tells of the app is told on: background, foreground, touches, screenshots; own prompts are no background.',
    source: 'SecureHardware.onLifecycle; android.md §11.7; ios.md §7.2',
    uses: ['background', 'foreground', 'interact', 'touch'],
    run: async (context) => {
      const seen: string[] = []
      const { remove } = context.hardware.onLifecycle(({ type }) => seen.push(type))
      await createKey(context, 'signing')
      await signWithFinger(context)
      ensure(!seen.includes('background'), 'a background that was our own prompt')
      await context.world.background()
      await context.world.foreground()
      await context.world.interact('touch')
      await context.world.interact('screenshot')
      await told(seen, 'screenshot')
      const expected = ['inactive', 'background', 'active', 'activity', 'screenshot']
      // That the app is active after its own prompt may be told after the call has answered.
      const events = seen.slice(seen.lastIndexOf('inactive', seen.indexOf('background')))
      equal(
        events.filter((type, at) => type !== events[at - 1]),
        expected,
        'events',
      )
      remove()
      await context.world.background()
      await context.hardware.random(1)
      equal(seen.at(-1), 'screenshot', 'last event')
    },
  }),
  defineCase({
    id: 'P09',
    proves: 'Describing the device shows no prompt and says what it can do now.',
    source: 'SecureHardware.describe; android.md §5',
    uses: ['setSensor', 'unenrol'],
    run: async (context) => {
      const { hardware, world, platform } = context
      const ready = await hardware.describe()
      equal([ready.platform, ready.status, ready.screenLock], [platform, 'ready', true], 'description')
      ensure(ready.installation.length > 0 && ready.appId.length > 0, 'a device without names')
      equal(ready.signingDigests.length > 0, platform === 'android', 'signing digests')
      await world.unenrol(finger)
      equal((await hardware.describe()).status, 'notEnrolled', 'status')
      await world.setSensor({ present: false })
      equal((await hardware.describe()).status, 'noHardware', 'status')
      equal(world.prompts.length, 0, 'number of prompts')
    },
  }),
]

/** Events come by themselves: the runner's patience ends this where one does not. */
async function told(seen: readonly string[], last: string): Promise<void> {
  while (!seen.includes(last)) await new Promise((resolve) => setTimeout(resolve, 1))
}
