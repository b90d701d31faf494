import { createVirtualAuthority } from './authority/authority.ts'
import { createDeviceClock } from './device-clock.ts'
import { createPace } from './hardware-pace.ts'
import { createIosHardware } from './native/ios/ios-hardware.ts'
import { surroundingsOf, type VirtualIosOptions } from './options.ts'
import { createSecureWorld, type SecureWorldChannel } from './secure-world/secure-world.ts'
import { createSeededRandom } from './seeded-random.ts'
import { createMemoryFiles } from './system/file-store.ts'
import { createIosSystem, type IosSystem } from './system/ios/ios-system.ts'

/** Five failures, and only the passcode helps. */
const iosLockout = { failuresToLockOut: Number.POSITIVE_INFINITY, failuresToLockForGood: 5, lockoutTime: 0 }

/** iOS over a Secure Enclave of its own, all in this program; `adjust` makes it wrong, for tests of tests. */
export function createIosMachine(
  options: VirtualIosOptions,
  adjust: (world: SecureWorldChannel) => SecureWorldChannel = (world) => world,
): IosSystem {
  const { crypto, now, wait, seed } = surroundingsOf(options)
  const { simulator = false } = options
  const random = createSeededRandom(seed)
  const clock = createDeviceClock(now)
  const pace = createPace(options.delays ?? {}, now, wait)
  let kept = options.authority
  const authority = async () => {
    kept ??= createVirtualAuthority({ crypto, now })
    return kept
  }
  const world = createSecureWorld({
    crypto,
    random,
    elapsed: clock.elapsed,
    sensor: { class: 3, enrolled: options.enrolled ?? ['right index'], ...iosLockout },
    screenLock: options.screenLock ?? true,
    levels: simulator ? ['software'] : ['enclave'],
    slots: { software: 16, tee: 0, strongBox: 0, enclave: 16 },
    attester: {
      // iOS attests no keys of apps; the Enclave is asked for no chain.
      device: { provisioning: 'remote', id: random.hex(8), osVersion: 0, osPatchLevel: 0 },
      authority,
      now: clock.now,
    },
    take: (what, _level, work) => pace(what, work),
  })
  return createIosSystem({
    world: adjust(world),
    crypto,
    random,
    authority,
    clock,
    files: options.files ?? createMemoryFiles(),
    systemVersion: options.systemVersion ?? '26.1',
    appId: options.appId ?? 'ABCDE12345.com.example.bank',
    bundleVersion: options.bundleVersion ?? '42',
    biometry: options.biometry ?? 'faceID',
    simulator,
    debuggable: options.debuggable ?? false,
    faceIdUsageDescription: options.faceIdUsageDescription ?? true,
  })
}

/** A machine, and an app with its native module on it. */
export function iosPhone(options: VirtualIosOptions) {
  const { app, control } = createIosMachine(options)
  return { app, control, module: createIosHardware(app, surroundingsOf(options)) }
}
