import { casesOf, runCase } from '@keybound/phone/conformance'
import { phoneOverPort, virtualPhone, workerPort } from '@keybound/virtual-phone'

/** Runs the named cases (all, without names) in this page, and some over a phone in a worker; answers what did not pass. */
async function conform(
  platform: 'android' | 'ios',
  inWorker: readonly string[],
  only: readonly string[] | null,
): Promise<readonly string[]> {
  const failed: string[] = []
  for (const one of casesOf(platform)) {
    if (only !== null && !only.includes(one.id)) continue
    const here = await runCase(one, {
      platform,
      make: async (needs) => {
        const { software = false, platform: _, ...options } = needs
        const phone =
          platform === 'android'
            ? virtualPhone.android({ ...options, emulator: software })
            : virtualPhone.ios({ ...options, simulator: software })
        return { hardware: phone.hardware, world: phone }
      },
    })
    if (here.outcome === 'failed') failed.push(`${one.id}: ${here.reason}`)
    if (!inWorker.includes(one.id)) continue
    const worker = new Worker('/worker.js', { type: 'module' })
    const phone = phoneOverPort(workerPort(worker), { platform })
    const there = await runCase(one, {
      platform,
      make: async () => ({ hardware: phone.hardware, world: phone }),
    })
    worker.terminate()
    if (there.outcome !== 'passed') failed.push(`${one.id} in a worker: ${there.reason}`)
  }
  return failed
}

Object.assign(globalThis, { conform })
