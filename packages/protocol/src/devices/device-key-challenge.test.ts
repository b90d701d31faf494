import { hash } from 'node:crypto'
import { expect, test } from 'vitest'
import { deviceKeyChallenge } from './device-key-challenge.ts'

const sha256 = (bytes: Uint8Array) => hash('sha256', bytes, 'buffer')
const hex = async (role: 'sealing' | 'proof', challenge: string) =>
  Buffer.from(await deviceKeyChallenge(role, challenge, sha256)).toString('hex')

test('each role has a challenge of its own: the vectors of docs/devices.md', async () => {
  expect(await hex('sealing', 'AAECAw')).toBe(
    'fd54be757dbf76914bdaad590bbfd1f4c8524c9d4fd1bee418ad5fd9bb520638',
  )
  expect(await hex('proof', 'AAECAw')).toBe(
    'a01310d60c29b5fa06e9e09591ddfefdb674411657523e58045c6354032aa7bd',
  )
})

test('a challenge that is not base64url is refused', async () => {
  await expect(hex('proof', 'AA==')).rejects.toMatchObject({ code: 'malformed_encoding' })
})
