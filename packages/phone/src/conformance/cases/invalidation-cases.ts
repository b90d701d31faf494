import { defineCase } from '../case.ts'
import {
  checkSignature,
  createKey,
  message,
  proof,
  sealing,
  signing,
  signWithFinger,
  words,
} from '../common.ts'
import { ensure, equal, rejects } from '../expect.ts'

const onlyOnDevice = 'that enrolling on this model destroys the key'

/** What ends a key, and what does not. */
export const invalidationCases = [
  defineCase({
    id: 'I01',
    proves: 'A new finger ends the keys of the current set, which say so without a prompt.',
    source: 'AOSP KeyStore2ParameterUtils (biometric SIDs); biometryCurrentSet; attacks.md A16',
    uses: ['enrol'],
    onlyOnDevice,
    run: async (context) => {
      const { hardware, world } = context
      await createKey(context, 'signing')
      await createKey(context, 'sealing')
      const pair = await hardware.newVaultPair(sealing, 'context')
      await world.enrol('left thumb')
      equal(await hardware.keyState(signing), 'invalidated', 'state of the signing key')
      equal(await hardware.keyState(sealing), 'invalidated', 'state of the sealing key')
      await rejects(hardware.sign(signing, message, words), 'keyInvalidated', 'sign')
      await rejects(
        hardware.openVaultPair(sealing, pair, 'context', words),
        'keyInvalidated',
        'openVaultPair',
      )
      equal(world.prompts.length, 0, 'number of prompts')
      equal(await hardware.keyState(signing), 'invalidated', 'state: nothing is made anew')
    },
  }),
  defineCase({
    id: 'I02',
    proves: 'Removing one of two fingers ends them as well.',
    source: 'AOSP (a new enrolment or removal of all); biometryCurrentSet (added or removed)',
    needs: { enrolled: ['right index', 'left thumb'] },
    uses: ['unenrol'],
    onlyOnDevice: 'whether removing one finger is enough on this version',
    run: async (context) => {
      await createKey(context, 'signing')
      await context.world.unenrol('left thumb')
      equal(await context.hardware.keyState(signing), 'invalidated', 'state')
    },
  }),
  defineCase({
    id: 'I03',
    proves: 'A key for any enrolled biometric survives, and the new finger opens it.',
    source: 'AOSP (root SID); biometryAny',
    uses: ['enrol', 'touch'],
    onlyOnDevice: 'that this model keeps to it',
    run: async (context) => {
      const key = await createKey(context, 'signing', { enrolment: 'anyEnrolled' })
      await context.world.enrol('left thumb')
      equal(await context.hardware.keyState(signing), 'ready', 'state')
      await checkSignature(context, key, await signWithFinger(context, message, 'left thumb'))
    },
  }),
  defineCase({
    id: 'I04',
    proves:
      'Removing the screen lock destroys keys that need a biometric: they are invalidated, not missing.',
    source: 'android.md §1, §10; ios.md §1 (deleted when the passcode is disabled), §7.8',
    uses: ['setScreenLock'],
    onlyOnDevice: 'when the system deletes them',
    run: async (context) => {
      const { hardware, world } = context
      await createKey(context, 'signing')
      await createKey(context, 'sealing', { enrolment: 'anyEnrolled' })
      await world.setScreenLock(false)
      equal(await hardware.keyState(signing), 'invalidated', 'state of the signing key')
      equal(await hardware.keyState(sealing), 'invalidated', 'state of the sealing key')
      await rejects(hardware.sign(signing, message, words), 'keyInvalidated', 'sign')
      equal(world.prompts.length, 0, 'number of prompts')
    },
  }),
  defineCase({
    id: 'I05',
    proves: 'A new screen lock and the same finger bring nothing back; deleting and making anew does.',
    source: 'AOSP Gatekeeper (a new secure user id)',
    uses: ['setScreenLock', 'enrol', 'touch'],
    run: async (context) => {
      const { hardware, world } = context
      await createKey(context, 'signing', { enrolment: 'anyEnrolled' })
      await world.setScreenLock(false)
      await world.setScreenLock(true)
      await world.enrol('right index')
      equal(await hardware.keyState(signing), 'invalidated', 'state')
      await hardware.deleteKey(signing)
      const key = await createKey(context, 'signing')
      await checkSignature(context, key, await signWithFinger(context))
    },
  }),
  defineCase({
    id: 'I06',
    proves: 'A proof key outlives enrolments and the screen lock.',
    source: 'android.md §3; ios.md §1 (AfterFirstUnlockThisDeviceOnly)',
    uses: ['enrol', 'setScreenLock'],
    run: async (context) => {
      const key = await createKey(context, 'proof')
      await context.world.enrol('left thumb')
      await context.world.setScreenLock(false)
      equal(await context.hardware.keyState(proof), 'ready', 'state')
      await checkSignature(context, key, await context.hardware.signProof(proof, message))
    },
  }),
  defineCase({
    id: 'I07',
    proves: 'Keys, files and the installation outlive a restart.',
    source: 'KeyStore, keychain persistence; SecureHardware.writeFile',
    uses: ['reboot', 'touch'],
    onlyOnDevice: 'a real restart',
    run: async (context) => {
      const { hardware, world } = context
      const key = await createKey(context, 'signing')
      await hardware.writeFile('state', 'AQID', false)
      const { installation } = await hardware.describe()
      await world.reboot()
      equal((await hardware.describe()).installation, installation, 'installation')
      equal(await hardware.readFile('state', 0, 10), 'AQID', 'file')
      equal(await hardware.keyState(signing), 'ready', 'state')
      await checkSignature(context, key, await signWithFinger(context))
    },
  }),
  defineCase({
    id: 'I08',
    proves:
      'Installing anew makes another installation: Android has forgotten its keys, iOS still lists them.',
    source: 'AOSP (keys go with the uid); ios.md §7.4: RNB#118, RNK#533; attacks.md A27',
    uses: ['reinstall'],
    onlyOnDevice: 'a real removal of the app',
    run: async (context) => {
      const { hardware, world, platform } = context
      await createKey(context, 'signing')
      await hardware.writeFile('state', 'AQID', false)
      const { installation } = await hardware.describe()
      await world.reinstall()
      ensure((await hardware.describe()).installation !== installation, 'the same installation')
      equal(await hardware.readFile('state', 0, 10), null, 'file')
      equal(await hardware.listKeys(''), platform === 'ios' ? [signing] : [], 'keys')
      if (platform === 'android') equal(await hardware.keyState(signing), 'missing', 'state')
    },
  }),
  defineCase({
    id: 'I09',
    proves: 'On another phone a full copy of the files finds no key: missing, not invalidated.',
    source: 'attacks.md B04, D07; ThisDeviceOnly; KeyStore keys are not exportable',
    uses: ['readStorage', 'restore'],
    run: async (context) => {
      await createKey(context, 'signing')
      await createKey(context, 'proof')
      const files = await context.world.readStorage()
      const { hardware, world } = await context.another()
      await world.restore(files)
      equal(await hardware.keyState(signing), 'missing', 'state of the signing key')
      equal(await hardware.keyState(proof), 'missing', 'state of the proof key')
      await rejects(hardware.sign(signing, message, words), 'keyMissing', 'sign')
      await rejects(hardware.signProof(proof, message), 'keyMissing', 'signProof')
    },
  }),
  defineCase({
    id: 'I10',
    proves: 'The system’s own backup takes nothing of the app’s secrets along.',
    source: 'android.md §12 (data-extraction-rules); ios.md §8; attacks.md B03',
    uses: ['backup'],
    onlyOnDevice: 'that the built app has these rules in its manifest',
    run: async (context) => {
      await createKey(context, 'signing')
      await context.hardware.writeFile('vault', 'AQID', false)
      equal((await context.world.backup()).length, 0, 'number of files in the backup')
    },
  }),
]
