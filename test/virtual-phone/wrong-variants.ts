import type { HardwareErrorCode } from '@keybound/phone'
import type { SecureWorldCalls } from '../../packages/virtual-phone/src/secure-world/types.ts'
import type { AndroidCalls, AndroidEvents } from '../../packages/virtual-phone/src/system/android/calls.ts'
import type { ControlCalls, ControlEvents } from '../../packages/virtual-phone/src/system/controls.ts'
import type { IosCalls, IosEvents } from '../../packages/virtual-phone/src/system/ios/calls.ts'
import { answering, type Variant } from './variants.ts'

const inWorld = answering<SecureWorldCalls, object>
const inAndroid = answering<AndroidCalls, AndroidEvents>
const inIos = answering<IosCalls, IosEvents>
const outside = answering<ControlCalls, ControlEvents>
const words = { title: 'x', subtitle: 'x', description: 'x', cancel: 'x' }
const android = { platform: 'android' } as const
const ios = { platform: 'ios' } as const

const codeOf = (error: unknown) => (error as { code?: HardwareErrorCode }).code

function asRefusalOfTheKey(error: unknown): never {
  if (codeOf(error) !== 'invalidArgument') throw error
  throw Object.assign(new Error('the key refused'), { code: 'keyNotAuthorized' })
}

/** Secure worlds that break a rule. */
const wrongWorlds: readonly Variant[] = [
  {
    ...android,
    name: 'keys that ask for no token',
    fails: ['S03', 'V07'],
    world: inWorld({
      'key.generate': ({ policy, attestation }, real) =>
        real({ policy: { ...policy, authorisation: null }, attestation }),
    }),
  },
  {
    ...android,
    name: 'keys that one touch keeps open',
    fails: ['S01'],
    world: inWorld({
      'key.generate': ({ policy, attestation }, real) => {
        const { authorisation } = policy
        const window = authorisation === null ? null : { ...authorisation, timeout: 30_000 }
        return real({ policy: { ...policy, authorisation: window }, attestation })
      },
    }),
  },
  {
    ...android,
    name: 'a sensor that knows everybody',
    fails: ['S02', 'N01'],
    world: inWorld({ 'sensor.touch': ({ challenge }, real) => real({ finger: 'right index', challenge }) }),
  },
  {
    ...ios,
    name: 'a Face ID that knows everybody',
    fails: ['S02', 'N04'],
    world: inWorld({ 'sensor.touch': ({ challenge }, real) => real({ finger: 'right index', challenge }) }),
  },
  {
    ...android,
    name: 'a set of fingers whose id never changes',
    fails: ['I01', 'I02'],
    world: inWorld({ 'sensor.enrol': () => null, 'sensor.remove': () => null }),
  },
  {
    ...android,
    name: 'chains for a challenge of their own',
    fails: ['K15'],
    world: inWorld({
      'key.generate': ({ policy, attestation }, real) =>
        real({ policy, attestation: attestation && { ...attestation, challenge: new Uint8Array(32) } }),
    }),
  },
  {
    ...android,
    name: 'chains of another app',
    fails: ['K15'],
    world: inWorld({
      'key.generate': ({ policy, attestation }, real) =>
        real({ policy, attestation: attestation && { ...attestation, packageName: 'com.example.other' } }),
    }),
  },
  {
    ...android,
    name: 'operations that are never freed',
    fails: ['K17', 'P03'],
    world: inWorld({ 'operation.abort': () => null }),
  },
  {
    ...android,
    name: 'keys in the trusted environment where StrongBox was asked for',
    fails: ['K09'],
    world: inWorld({
      'key.generate': ({ policy, attestation }, real) =>
        real({
          policy: { ...policy, level: policy.level === 'strongBox' ? 'tee' : policy.level },
          attestation,
        }),
    }),
    android: inAndroid({
      'keystore.keyInfo': async (request, real) => ({
        ...((await real(request)) as object),
        securityLevel: 1,
      }),
    }),
  },
]

/** After an operation that came to nothing the next one cannot be begun: a module that tries none is no different. */
function neverAgain(system: Parameters<NonNullable<Variant['android']>>[0]): typeof system {
  let failed: unknown
  return inAndroid({
    'keystore.begin': (request, real) => {
      const error = failed
      failed = undefined
      return error === undefined ? real(request) : Promise.reject(error)
    },
    'keystore.finish': (request, real) =>
      real(request).catch((error: unknown) => {
        failed = error
        throw error
      }),
  })(system)
}

const honestLooking = {
  userAuthenticationRequired: true,
  userAuthenticationRequirementEnforcedBySecureHardware: true,
  userAuthenticationValidityDurationSeconds: 0,
  userAuthenticationType: 2,
  invalidatedByBiometricEnrollment: true,
  securityLevel: 1,
  insideSecureHardware: true,
}

/** Systems that break one. */
const wrongSystems: readonly Variant[] = [
  { ...android, name: 'operations that fail for good', fails: ['S12'], android: neverAgain },
  {
    ...android,
    name: 'a key store that praises every key',
    fails: ['R01', 'R02', 'R03', 'R04', 'R05'],
    android: inAndroid({ 'keystore.keyInfo': () => honestLooking }),
  },
  {
    ...android,
    name: 'keys bound to the user, whatever was asked for and is said of them',
    fails: ['I01', 'I02'],
    android: inAndroid({
      'keystore.generate': (request, real) => real({ ...request, invalidatedByBiometricEnrollment: false }),
      'keystore.keyInfo': async (request, real) => ({
        ...((await real(request)) as object),
        invalidatedByBiometricEnrollment: true,
      }),
    }),
  },
  {
    ...android,
    name: 'a key store that writes over keys',
    fails: ['K03'],
    android: (system) =>
      inAndroid({
        'keystore.generate': async (request, real) => {
          await system.call('keystore.delete', { alias: request.alias })
          return real(request)
        },
      })(system),
  },
  {
    ...android,
    name: 'a key store that deletes nothing',
    fails: ['K04'],
    android: inAndroid({ 'keystore.delete': () => null }),
  },
  {
    ...android,
    name: 'a key store that lists nothing',
    fails: ['K05'],
    android: inAndroid({ 'keystore.aliases': () => ({ aliases: ['.installation'] }) }),
  },
  {
    ...android,
    name: 'a prompt that cannot be cancelled',
    fails: ['P02', 'P07'],
    android: inAndroid({ 'prompt.cancel': () => null }),
  },
  {
    ...android,
    name: 'a prompt that says success at once',
    fails: ['S01'],
    android: inAndroid({
      'prompt.show': ({ operation }) => ({ outcome: 'succeeded', authenticationType: 2, operation }),
    }),
  },
  {
    ...android,
    name: 'a system that tells the app nothing',
    fails: ['P08'],
    android: (system) => ({ call: (name, request) => system.call(name, request), on: () => () => undefined }),
  },
  {
    ...android,
    name: 'a prompt that forgets its words',
    fails: ['S01', 'T02'],
    android: inAndroid({
      'prompt.show': (request, real) => real({ ...request, title: '', subtitle: '', description: '' }),
    }),
  },
  {
    ...android,
    name: 'a disk that appends nothing',
    fails: ['F01', 'F04'],
    android: inAndroid({ 'files.write': (request, real) => real({ ...request, append: false }) }),
  },
  {
    ...android,
    name: 'a disk that renames nothing',
    fails: ['F02'],
    android: inAndroid({ 'files.rename': () => null }),
  },
  {
    ...android,
    name: 'a backup that takes everything',
    fails: ['I10'],
    control: (control) => outside({ backup: () => control.call('readStorage', {}) })(control),
  },
  {
    ...android,
    name: 'a removal of the app that removes nothing',
    fails: ['I08'],
    control: outside({ reinstall: () => null }),
  },
  {
    ...android,
    name: 'a lockout that the clock ends',
    fails: ['N02'],
    control: (control) =>
      outside({ setClock: () => control.call('advance', { milliseconds: 3_600_000 }) })(control),
  },
  {
    ...android,
    name: 'a screen lock whose removal destroys nothing',
    fails: ['I04'],
    control: outside({ setScreenLock: () => null }),
  },
  {
    ...ios,
    name: 'a keychain that takes biometryAny for biometryCurrentSet',
    fails: ['I01'],
    ios: inIos({
      'key.generate': (request, real) => {
        const flags = request.flags.map((flag) => (flag === 'biometryCurrentSet' ? 'biometryAny' : flag))
        return real({ ...request, flags })
      },
    }),
  },
  {
    ...ios,
    name: 'a keychain without access control',
    fails: ['K02', 'S01'],
    ios: inIos({ 'key.generate': (request, real) => real({ ...request, flags: ['privateKeyUsage'] }) }),
  },
]

/** Native modules that break one. */
const wrongModules: readonly Variant[] = [
  {
    ...ios,
    name: 'App Attest that attests again and again',
    fails: ['A01'],
    hardware: ({ appAttestAttest }) => ({
      appAttestAttest: (...args) => appAttestAttest(...args).catch(() => 'AQ'),
    }),
  },
  {
    ...android,
    name: 'a second prompt that waits for the first',
    fails: ['P01'],
    hardware: ({ sign }) => {
      let last: Promise<unknown> = Promise.resolve()
      return {
        sign: (...args) => {
          const mine = last.catch(() => undefined).then(() => sign(...args))
          last = mine
          return mine
        },
      }
    },
  },
  ...([android, ios] as const).map(
    (system): Variant => ({
      ...system,
      name: 'cancelling that misses a prompt which is about to come up',
      fails: ['P10'],
      hardware: ({ sign, cancelPrompt }) => {
        let hasTimePassed = false
        return {
          sign: (...args) => {
            hasTimePassed = false
            setTimeout(() => {
              hasTimePassed = true
            })
            return sign(...args)
          },
          cancelPrompt: async () => {
            if (hasTimePassed) await cancelPrompt()
          },
        }
      },
    }),
  ),
  {
    ...android,
    name: 'making keys with a prompt',
    fails: ['K02'],
    hardware: ({ createKey, sign }) => ({
      createKey: async (request) => {
        const key = await createKey(request)
        if (request.role === 'signing') void sign(request.alias, 'AQID', words).catch(() => undefined)
        await new Promise((resolve) => setTimeout(resolve, 20))
        return key
      },
    }),
  },
  {
    ...android,
    name: 'signing bytes of its own',
    fails: ['S01', 'T01', 'P07'],
    hardware: ({ sign, signStatement }) => ({
      sign: (alias, _bytes, prompt) => sign(alias, 'AAAA', prompt),
      signStatement: async (request) => ({ ...(await signStatement(request)), clientDataJson: 'e30' }),
    }),
  },
  {
    ...android,
    name: 'a key that is made where one is missing',
    fails: ['S06'],
    hardware: ({ signProof, createKey }) => ({
      signProof: async (alias, bytes) => {
        const enrolment = 'currentSet'
        const attestationChallenge = 'A'.repeat(43)
        const request = { alias, role: 'proof', enrolment, strongBox: 'no', allowSoftware: false } as const
        await createKey({ ...request, attestationChallenge }).catch(() => undefined)
        return signProof(alias, bytes)
      },
    }),
  },
  {
    ...ios,
    name: 'an invalidated key that is deleted at once',
    fails: ['I01'],
    hardware: ({ sign, deleteKey }) => ({
      sign: (alias, bytes, prompt) =>
        sign(alias, bytes, prompt).catch(async (error: unknown) => {
          if (codeOf(error) === 'keyInvalidated') await deleteKey(alias)
          throw error
        }),
    }),
  },
  {
    ...android,
    name: 'a vault without context',
    fails: ['V03'],
    hardware: ({ newVaultPair, openVaultPair }) => ({
      newVaultPair: (alias) => newVaultPair(alias, ''),
      openVaultPair: (alias, pair, _context, prompt) => openVaultPair(alias, pair, '', prompt),
    }),
  },
  {
    ...android,
    name: 'a vault that believes any public half',
    fails: ['V04'],
    hardware: ({ newVaultPair, openVaultPair }) => {
      const halves = new Map<string, string>()
      return {
        newVaultPair: async (alias, context) => {
          const pair = await newVaultPair(alias, context)
          halves.set(pair.sealed, pair.publicKey)
          return pair
        },
        openVaultPair: (alias, { publicKey, sealed }, context, prompt) =>
          openVaultPair(alias, { publicKey: halves.get(sealed) ?? publicKey, sealed }, context, prompt),
      }
    },
  },
  {
    ...android,
    name: 'handles that stay open',
    fails: ['V08', 'M04'],
    hardware: () => ({ closeHandle: async () => undefined }),
  },
  {
    ...android,
    name: 'the same nonce for the same text',
    fails: ['M01'],
    hardware: ({ aeadSeal }) => {
      const sealed = new Map<string, string>()
      return {
        aeadSeal: async (key, plaintext, associated) => {
          const name = [key, plaintext, associated].join()
          const text = sealed.get(name) ?? (await aeadSeal(key, plaintext, associated))
          sealed.set(name, text)
          return text
        },
      }
    },
  },
  {
    ...android,
    name: 'associated data that are not',
    fails: ['M02'],
    hardware: ({ aeadSeal, aeadOpen }) => ({
      aeadSeal: (key, plaintext) => aeadSeal(key, plaintext, ''),
      aeadOpen: (key, sealed) => aeadOpen(key, sealed, ''),
    }),
  },
  {
    ...android,
    name: 'random bytes that repeat',
    fails: ['M06'],
    hardware: () => ({ random: async (length) => Buffer.alloc(length, 4).toString('base64url') }),
  },
  {
    ...android,
    name: 'verifying that says yes',
    fails: ['M08', 'S01'],
    hardware: () => ({ verify: async () => true }),
  },
  {
    ...android,
    name: 'errors that lose their number',
    fails: ['EA10', 'N01'],
    hardware: ({ sign }) => ({
      sign: (...args) =>
        sign(...args).catch((error: unknown) => {
          throw Object.assign(new Error('no number'), { code: codeOf(error) })
        }),
    }),
  },
  {
    ...android,
    name: 'lockouts flattened to "not available"',
    fails: ['EA7', 'EA9', 'N01', 'N03'],
    hardware: ({ sign }) => ({
      sign: (...args) =>
        sign(...args).catch((error: unknown) => {
          if (!codeOf(error)?.startsWith('lockedOut')) throw error
          throw Object.assign(new Error('not available'), { code: 'notAvailable' })
        }),
    }),
  },
  {
    ...android,
    name: 'statements that are mended before they are signed',
    fails: ['T03'],
    hardware: ({ signStatement }) => ({
      signStatement: (request) => signStatement({ ...request, statement: request.statement.trim() }),
    }),
  },
  {
    ...android,
    name: 'a device that is always ready',
    fails: ['P09', 'K11'],
    hardware: ({ describe }) => ({ describe: async () => ({ ...(await describe()), status: 'ready' }) }),
  },
  {
    ...android,
    name: 'one installation for ever',
    fails: ['I08'],
    hardware: ({ describe }) => ({ describe: async () => ({ ...(await describe()), installation: 'one' }) }),
  },
  {
    ...android,
    name: 'names of files that are bent to fit',
    fails: ['F03'],
    hardware: ({ writeFile, readFile }) => ({
      writeFile: (name, bytes, append) =>
        writeFile(`x${name.replace(/\W/g, '_').slice(0, 50)}`, bytes, append),
      readFile: (name, offset, length) =>
        readFile(`x${name.replace(/\W/g, '_').slice(0, 50)}`, offset, length),
    }),
  },
  {
    ...android,
    name: 'base64 that is guessed at',
    fails: ['M09'],
    hardware: ({ sha256 }) => ({
      sha256: (text) => sha256(Buffer.from(text, 'base64').toString('base64url')),
    }),
  },
  {
    ...ios,
    name: 'a key of another role that is said to have refused',
    fails: ['S07', 'T04', 'V11'],
    hardware: ({ sign, signStatement, signProof, newVaultPair, openVaultPair }) => ({
      sign: (...args) => sign(...args).catch(asRefusalOfTheKey),
      signStatement: (...args) => signStatement(...args).catch(asRefusalOfTheKey),
      signProof: (...args) => signProof(...args).catch(asRefusalOfTheKey),
      newVaultPair: (...args) => newVaultPair(...args).catch(asRefusalOfTheKey),
      openVaultPair: (...args) => openVaultPair(...args).catch(asRefusalOfTheKey),
    }),
  },
  {
    ...android,
    name: 'a proof key that is tried until it signs',
    fails: ['S12'],
    hardware: ({ signProof }) => ({
      async signProof(alias, bytes) {
        const sign = () => signProof(alias, bytes)
        return sign().catch(sign)
      },
    }),
  },
  {
    ...android,
    name: 'a second prompt after a refusal',
    fails: ['S13'],
    hardware: ({ sign }) => ({
      async sign(...of) {
        const ask = () => sign(...of)
        return ask().catch(ask)
      },
    }),
  },
  {
    ...ios,
    name: 'a new App Attest key at every call',
    fails: ['A01'],
    hardware: ({ appAttestKey }) => {
      let calls = 0
      return { appAttestKey: (name) => appAttestKey(`${name}.${++calls}`) }
    },
  },
]

export const wrongVariants: readonly Variant[] = [...wrongWorlds, ...wrongSystems, ...wrongModules]
