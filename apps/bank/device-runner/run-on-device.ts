import type { DeviceDescription, SecureHardware } from '@keybound/phone'
import {
  type ConformanceResult,
  casesOf,
  type MakeSubject,
  type PhoneNeeds,
  runCase,
  summary,
} from '@keybound/phone/conformance'
import { encodeBase64Url } from '@keybound/protocol'
import { cannot, deviceWorld, type Instruction } from './device-world.ts'
import { clearNamespace, ownNamespace } from './own-namespace.ts'

/** Among the module's private files. */
export const recordName = 'device-runner.json'

/** Bytes in one call, as the hardware takes at most. */
const chunk = 500_000

/** What is written down of a run. */
export interface DeviceRecord {
  readonly startedAt: string
  readonly device: DeviceDescription
  readonly summary: string
  readonly results: readonly {
    readonly id: string
    readonly outcome: ConformanceResult['outcome']
    readonly reason: string
    readonly proves: string
  }[]
}

/** How a run goes on. */
export interface DeviceRun {
  readonly hardware: SecureHardware
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number
  /** Tells the person what to do; called when the case expects it. */
  readonly instruct: (what: Instruction) => void
  /** Called after each case. */
  readonly onResult?: (result: ConformanceResult, done: number, all: number) => void
  /** Milliseconds until a call that does not settle has failed. Default 60,000: a person takes part. */
  readonly patience?: number
}

/**
 * Runs the conformance cases on a phone's own hardware, in a namespace of its own, writes the record to
 * {@link recordName} after each case, and answers it. What only a model can provoke is `notProvoked`.
 */
export async function runOnDevice(run: DeviceRun): Promise<DeviceRecord> {
  const { hardware, now, instruct, onResult, patience = 60_000 } = run
  const device = await hardware.describe()
  const startedAt = new Date(now()).toISOString()
  const own = ownNamespace(hardware)
  const subject = { hardware: own.hardware, world: deviceWorld(instruct), cannot }
  const make: MakeSubject = async (needs) => {
    const reason = otherThan(needs, device)
    return reason === undefined ? subject : { cannotBe: reason }
  }
  const results: ConformanceResult[] = []
  const all = casesOf(device.platform)
  for (const one of all) {
    await clearNamespace(hardware)
    const result = await runCase(one, { platform: device.platform, make, patience })
    await own.settle()
    results.push(result)
    await write(hardware, recordOf(startedAt, device, results))
    onResult?.(result, results.length, all.length)
  }
  await clearNamespace(hardware)
  return recordOf(startedAt, device, results)
}

/** Why this phone is not such a phone; undefined where it is. */
function otherThan(needs: PhoneNeeds, device: DeviceDescription): string | undefined {
  const { platform: _, software, ...special } = needs
  if (software === true && !device.keyLevels.every((level) => level === 'software')) {
    return 'This phone is no emulator.'
  }
  if (Object.keys(special).length > 0) return `This phone is not made for it: ${JSON.stringify(special)}`
  return device.status === 'ready' ? undefined : `The biometric of this phone is not ready: ${device.status}.`
}

function recordOf(
  startedAt: string,
  device: DeviceDescription,
  results: readonly ConformanceResult[],
): DeviceRecord {
  return {
    startedAt,
    device,
    summary: summary(results),
    results: results.map(({ case: { id, proves }, outcome, reason }) => ({ id, outcome, reason, proves })),
  }
}

async function write(hardware: SecureHardware, record: DeviceRecord): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify(record, null, 2))
  const unfinished = `${recordName}.new`
  await hardware.deleteFile(unfinished)
  for (let at = 0; at < bytes.length; at += chunk) {
    await hardware.writeFile(unfinished, encodeBase64Url(bytes.slice(at, at + chunk)), at > 0)
  }
  await hardware.renameFile(unfinished, recordName)
}
