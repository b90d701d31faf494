import { createVirtualAuthority } from './authority/authority.ts'
import { createDeviceClock } from './device-clock.ts'
import { createPace } from './hardware-pace.ts'
import { createAndroidHardware } from './native/android/android-hardware.ts'
import { surroundingsOf, type VirtualAndroidOptions } from './options.ts'
import { createSecureWorld, type SecureWorldChannel } from './secure-world/secure-world.ts'
import { createSeededRandom } from './seeded-random.ts'
import { type AndroidSystem, createAndroidSystem } from './system/android/android-system.ts'
import { createMemoryFiles } from './system/file-store.ts'

/** SHA-256 of nothing but a name: the certificate that virtual apps are signed with. */
const defaultSigner = Uint8Array.from({ length: 32 }, (_, at) =>
  'keybound-virtual-signer-00000000'.charCodeAt(at),
)

/** Five failures, thirty seconds; twenty, and only the device credential helps. */
const androidLockout = { failuresToLockOut: 5, failuresToLockForGood: 20, lockoutTime: 30_000 }

/** Android over a secure world of its own, all in this program; `adjust` makes the hardware wrong, for tests of tests. */
export function createAndroidMachine(
  options: VirtualAndroidOptions,
  adjust: (world: SecureWorldChannel) => SecureWorldChannel = (world) => world,
): AndroidSystem {
  const { crypto, now, wait, seed } = surroundingsOf(options)
  const { strongBox = 'yes', emulator = false, sensorClass = 3, sensors = ['fingerprint'] } = options
  const random = createSeededRandom(seed)
  const clock = createDeviceClock(now)
  const pace = createPace(options.delays ?? {}, now, wait)
  let authority = options.authority
  const world = createSecureWorld({
    crypto,
    random,
    elapsed: clock.elapsed,
    sensor: { class: sensorClass, enrolled: options.enrolled ?? ['right index'], ...androidLockout },
    screenLock: options.screenLock ?? true,
    levels: emulator
      ? ['software']
      : ['software', 'tee', ...(strongBox === 'yes' ? ['strongBox' as const] : [])],
    slots: {
      software: 16,
      tee: options.slots?.tee ?? 16,
      strongBox: options.slots?.strongBox ?? 4,
      enclave: 0,
    },
    attester: {
      device: {
        provisioning: options.provisioning ?? 'remote',
        id: random.hex(8),
        osVersion: 160000,
        osPatchLevel: 202611,
      },
      authority: async () => {
        authority ??= createVirtualAuthority({ crypto, now })
        return authority
      },
      now: clock.now,
    },
    take: (what, _level, work) => pace(what, work),
  })
  return createAndroidSystem({
    world: adjust(world),
    clock,
    files: options.files ?? createMemoryFiles(),
    apiLevel: options.apiLevel ?? 36,
    packageName: options.appId ?? 'com.example.bank',
    version: options.version ?? 42,
    signers: [options.signer ?? defaultSigner],
    debuggable: options.debuggable ?? false,
    allowBackup: options.allowBackup ?? false,
    emulator,
    strongBox: emulator ? 'no' : strongBox,
    features: sensors,
    sensor: { present: true, available: true, class: sensorClass, securityUpdateRequired: false },
    integrityToken: options.integrityToken,
  })
}

/** A machine, and an app with its native module on it. */
export function androidPhone(options: VirtualAndroidOptions) {
  const { app, control } = createAndroidMachine(options)
  return { app, control, module: createAndroidHardware(app, surroundingsOf(options)) }
}
