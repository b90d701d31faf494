import { type VirtualPhone, virtualPhone } from '@keybound/virtual-phone'
import { expect, test } from 'vitest'
import { type DeviceRecord, recordName, runOnDevice } from '../../apps/bank/device-runner/run-on-device.ts'

const startedAt = Date.UTC(2026, 10, 26, 12)

/** Runs on a virtual phone, whose person does what they are told. */
async function run(phone: VirtualPhone): Promise<DeviceRecord> {
  return runOnDevice({
    hardware: phone.hardware,
    now: () => startedAt,
    instruct: (what) => {
      if (what === 'cancel') void phone.dismissPrompt()
      else void phone.touch('right index')
    },
    onResult: () => void phone.clearTouches(),
    patience: 30_000,
  })
}

/** The record as somebody finds it on the phone. */
async function read({ hardware }: VirtualPhone): Promise<unknown> {
  let text = ''
  for (let at = 0; ; at += 100_000) {
    const part = await hardware.readFile(recordName, at, 100_000)
    if (!part) return JSON.parse(text)
    text += Buffer.from(part, 'base64url').toString('latin1')
  }
}

test.each(['android', 'ios'] as const)(
  'runs the cases on %s, and writes down what they gave',
  async (platform) => {
    const phone = virtualPhone[platform]()
    const before = await phone.hardware.createKey({
      alias: 'of.the.app',
      role: 'proof',
      enrolment: 'currentSet',
      strongBox: 'no',
      allowSoftware: false,
      attestationChallenge: 'A'.repeat(43),
    })
    const record = await run(phone)
    expect(record.results.filter(({ outcome }) => outcome === 'failed')).toEqual([])
    const passed = record.results.filter(({ outcome }) => outcome === 'passed')
    expect(passed.length).toBeGreaterThan(20)
    // What a model alone brings about is never called passed.
    const enrolled = record.results.find(({ reason }) => reason.includes('Only a model'))
    expect(enrolled?.outcome).toBe('notProvoked')
    expect(record.startedAt).toBe('2026-11-26T12:00:00.000Z')
    expect(record.device.platform).toBe(platform)

    expect(await read(phone)).toMatchObject({ summary: record.summary, startedAt: record.startedAt })
    // The app's own keys are as they were, and nothing of the run is left.
    expect(before.publicKey).not.toBe('')
    expect(await phone.hardware.listKeys('')).toEqual(['of.the.app'])
    expect(await phone.hardware.listFiles('')).toEqual([recordName])
  },
)

test('a phone without an enrolled finger is written down as one, not called conforming', async () => {
  const record = await run(virtualPhone.android({ enrolled: [] }))
  expect(record.results.some(({ outcome }) => outcome === 'passed')).toBe(false)
  expect(record.results[0]?.reason).toContain('notEnrolled')
})
