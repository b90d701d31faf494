import { decodeBase64Url } from '@keybound/protocol'
import { defineCase, NotProvoked } from '../case.ts'
import { challenge, createKey, keyRequest, proof, sealing, signing } from '../common.ts'
import { ensure, equal, rejects } from '../expect.ts'

const roles = ['signing', 'sealing', 'proof'] as const
const onDevice = 'that the hardware of this model keeps to it'

/** Making, naming and deleting keys. */
export const keyCases = [
  defineCase({
    id: 'K01',
    proves: 'Keys have the type of their role: P-256, or RSA-2048 for sealing on Android.',
    source: 'SecureHardware.createKey; android.md §2, §3; ios.md §1, §2',
    run: async (context) => {
      for (const role of roles) {
        const { publicKey } = await createKey(context, role)
        const rsa = context.platform === 'android' && role === 'sealing'
        equal(decodeBase64Url(publicKey).length, rsa ? 294 : 91, `length of the ${role} key`)
      }
    },
  }),
  defineCase({
    id: 'K02',
    proves: 'Making a key shows no prompt.',
    source: 'SecureHardware.createKey; SBA#51',
    run: async (context) => {
      for (const role of roles) await createKey(context, role)
      equal(context.world.prompts.length, 0, 'number of prompts')
    },
  }),
  defineCase({
    id: 'K03',
    proves: 'A second key under an alias is refused, and the first stays.',
    source: 'SecureHardware.createKey; android.md §3 (failIfExists)',
    run: async (context) => {
      await createKey(context, 'proof')
      const before = await context.hardware.signProof(proof, 'AQID')
      await rejects(createKey(context, 'proof'), 'keyExists', 'createKey')
      ensure(before.length > 0, 'a proof key that does not sign')
      await context.hardware.signProof(proof, 'AQID')
      equal(await context.hardware.keyState(proof), 'ready', 'state')
    },
  }),
  defineCase({
    id: 'K04',
    proves: 'A key is missing, ready, and missing again once deleted; deleting nothing is no error.',
    source: 'SecureHardware.keyState, deleteKey',
    run: async (context) => {
      const { hardware } = context
      equal(await hardware.keyState(signing), 'missing', 'state before')
      await createKey(context, 'signing')
      equal(await hardware.keyState(signing), 'ready', 'state')
      await hardware.deleteKey(signing)
      await hardware.deleteKey(signing)
      equal(await hardware.keyState(signing), 'missing', 'state after')
      await createKey(context, 'signing')
      equal(await hardware.keyState(signing), 'ready', 'state of a new key')
    },
  }),
  defineCase({
    id: 'K05',
    proves: 'Keys are listed by the beginning of their alias, and nothing else is.',
    source: 'SecureHardware.listKeys',
    run: async (context) => {
      const { hardware } = context
      await createKey(context, 'signing')
      await createKey(context, 'proof', { alias: 'other.proof' })
      equal(await hardware.listKeys('conformance.'), [signing], 'keys')
      equal((await hardware.listKeys('')).toSorted(), [signing, 'other.proof'], 'all keys')
    },
  }),
  defineCase({
    id: 'K06',
    proves: 'Aliases outside their bounds are refused.',
    source: 'KeyRequest.alias',
    run: async (context) => {
      for (const alias of ['', 'a/b', '../a', 'ä', 'a b', 'a'.repeat(201)]) {
        await rejects(createKey(context, 'proof', { alias }), 'invalidArgument', `alias ${alias.slice(0, 9)}`)
      }
      await createKey(context, 'proof', { alias: 'a'.repeat(200) })
    },
  }),
  defineCase({
    id: 'K07',
    proves: 'Where StrongBox is required and absent, no key is made.',
    source: 'SecureHardware.createKey; android.md §9',
    platforms: ['android'],
    needs: { strongBox: 'no' },
    run: async (context) => {
      await rejects(
        createKey(context, 'signing', { strongBox: 'required' }),
        'strongBoxUnavailable',
        'createKey',
      )
      equal(await context.hardware.keyState(signing), 'missing', 'state')
    },
  }),
  defineCase({
    id: 'K08',
    proves: 'A StrongBox that fails is told from one that works: the level is measured, never assumed.',
    source: 'android.md §9: stripe-terminal-android#469, radixdlt PR#920',
    platforms: ['android'],
    needs: { strongBox: 'broken' },
    onlyOnDevice: 'how this model’s StrongBox fails',
    run: async (context) => {
      await rejects(
        createKey(context, 'signing', { strongBox: 'required' }),
        'strongBoxUnavailable',
        'createKey',
      )
      const { level } = await createKey(context, 'signing', { strongBox: 'preferred' })
      equal(level, 'trustedEnvironment', 'level')
    },
  }),
  defineCase({
    id: 'K09',
    proves: 'Where StrongBox is required and there, the key lives in it.',
    source: 'KeyRequest.strongBox; android.md §9',
    platforms: ['android'],
    onlyOnDevice: onDevice,
    run: async (context) => {
      equal((await createKey(context, 'signing', { strongBox: 'required' })).level, 'strongBox', 'level')
      const other = await createKey(context, 'sealing', { strongBox: 'no' })
      equal(other.level, 'trustedEnvironment', 'level without StrongBox')
    },
  }),
  defineCase({
    id: 'K10',
    proves: 'Without an enrolled biometric no key that needs one is made, and a proof key is.',
    source: 'SecureHardware.createKey; AOSP KeyGenParameterSpec (IllegalStateException); LAError -7',
    needs: { enrolled: [] },
    run: async (context) => {
      await rejects(createKey(context, 'signing'), 'notEnrolled', 'createKey')
      await rejects(createKey(context, 'sealing', { enrolment: 'anyEnrolled' }), 'notEnrolled', 'createKey')
      await createKey(context, 'proof')
      equal(await context.hardware.listKeys(''), [proof], 'keys')
    },
  }),
  defineCase({
    id: 'K11',
    proves: 'Without a screen lock no key that needs a biometric is made.',
    source: 'AOSP KeyGenParameterSpec; kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly',
    needs: { enrolled: [], screenLock: false },
    run: async (context) => {
      await rejects(createKey(context, 'signing'), 'passcodeNotSet', 'createKey')
      equal((await context.hardware.describe()).status, 'passcodeNotSet', 'status')
    },
  }),
  defineCase({
    id: 'K12',
    proves: 'A sensor of class 2 opens no keys, and the reason says so.',
    source: 'androidx BiometricManager; RNB#255, RNK#753',
    platforms: ['android'],
    needs: { sensorClass: 2 },
    run: async (context) => {
      await rejects(createKey(context, 'signing'), 'weakOnly', 'createKey')
      equal((await context.hardware.describe()).status, 'weakOnly', 'status')
    },
  }),
  defineCase({
    id: 'K13',
    proves: 'Software keys are made only where they are allowed, and called what they are.',
    source: 'KeyRequest.allowSoftware; ios.md §7.6',
    needs: { software: true },
    run: async (context) => {
      await rejects(createKey(context, 'signing', { strongBox: 'no' }), 'policyNotEnforced', 'createKey')
      equal(await context.hardware.keyState(signing), 'missing', 'state')
      const { level } = await createKey(context, 'signing', { strongBox: 'no', allowSoftware: true })
      equal(level, 'software', 'level')
      equal((await context.hardware.describe()).development, true, 'development')
    },
  }),
  defineCase({
    id: 'K14',
    proves: 'Face ID that the user denied has a reason of its own.',
    source: 'LAError -6 with biometryType; SBA#88',
    platforms: ['ios'],
    uses: ['setSensor'],
    run: async (context) => {
      await context.world.setSensor({ permission: false })
      await rejects(createKey(context, 'signing'), 'permissionDenied', 'createKey')
      equal((await context.hardware.describe()).status, 'permissionDenied', 'status')
    },
  }),
  defineCase({
    id: 'K15',
    proves: 'A server judges the chain of every role at L2, for its challenge and no other.',
    source: 'attestation.md A.1; AOSP KeyCreationResult',
    platforms: ['android'],
    onlyOnDevice: 'that the maker’s chain leads to Google’s root',
    run: async (context) => {
      const { judge } = context
      if (judge === undefined) throw new NotProvoked('Nobody here judges chains.')
      for (const role of roles) {
        const { chain } = await createKey(context, role)
        await judge(chain, challenge, role)
      }
      const other = keyRequest('proof', { alias: 'other', attestationChallenge: 'A'.repeat(43) })
      const { chain } = await context.hardware.createKey(other)
      const refused = await judge(chain, challenge, 'proof').then(
        () => false,
        () => true,
      )
      ensure(refused, 'a chain for another challenge that is accepted')
    },
  }),
  defineCase({
    id: 'K16',
    proves:
      'An attestation challenge that is not 32 bytes is refused on Android; iOS attests no key and gives no chain.',
    source: 'KeyRequest.attestationChallenge; DTS: no attestation of Secure Enclave keys',
    run: async (context) => {
      if (context.platform === 'ios') {
        equal((await createKey(context, 'signing')).chain, [], 'chain')
        return
      }
      const short = createKey(context, 'signing', { attestationChallenge: 'AAAA' })
      await rejects(short, 'invalidArgument', 'createKey')
    },
  }),
  defineCase({
    id: 'K17',
    proves: 'Asking for the state of keys leaves no operation open.',
    source: 'android.md §10: BSG PR#74, KeePassDX#2504',
    uses: ['openOperations'],
    run: async (context) => {
      await createKey(context, 'signing')
      await createKey(context, 'sealing')
      for (let at = 0; at < 20; at++) {
        equal(await context.hardware.keyState(signing), 'ready', 'state')
        equal(await context.hardware.keyState(sealing), 'ready', 'state')
      }
      equal(await context.world.openOperations(), 0, 'open operations')
      equal(context.world.prompts.length, 0, 'number of prompts')
    },
  }),
]
