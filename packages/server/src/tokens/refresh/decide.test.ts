import { describe, expect, test } from 'vitest'
import { decideRefresh, type RefreshPresentation } from './decide.ts'
import type { FamilyRecord } from './family.ts'
import { defaultSessionLimits, familyEnd } from './limits.ts'
import { refreshRefused } from './refusal.ts'

const now = 1_795_348_800
const family: FamilyRecord = {
  id: 'f'.repeat(22),
  account: 'user-1',
  clientId: 'bank-web',
  credentialId: 'credential-1',
  proofJkt: 'device-key',
  generation: 5,
  rotatedProofAt: (now - 300) * 1000,
  acr: 'W',
  authTime: now - 1000,
  createdAt: now - 1000,
  lastActiveAt: now - 1000,
  expiresAt: now + 90 * 86_400,
  revokedAt: null,
}
const newest: RefreshPresentation = {
  generation: 5,
  clientId: 'bank-web',
  proofJkt: 'device-key',
  proofIssuedAt: now * 1000,
  now,
}
const decide = (presented: object = {}, stored: object = {}) =>
  decideRefresh({ ...family, ...stored }, { ...newest, ...presented }, defaultSessionLimits)

describe('a refresh token', () => {
  test('of the newest generation rotates', () => {
    expect(decide()).toEqual({ outcome: 'rotate', generation: 6 })
  })

  test('whose successor was never used gets the same successor again, also after a day', () => {
    expect(decide({ generation: 4 })).toEqual({ outcome: 'repeat', generation: 5 })
    const later = { generation: 4, now: now + 86_400, proofIssuedAt: (now + 86_400) * 1000 }
    expect(decide(later)).toEqual({ outcome: 'repeat', generation: 5 })
  })

  test.each([3, 2, 0])('of generation %i, whose successor was used, ends the family', (generation) => {
    expect(decide({ generation })).toEqual({ outcome: 'revoke', reason: 'replayed' })
  })

  test('that was overtaken on its way gets nothing and ends nothing', () => {
    const overtaken = { generation: 3, proofIssuedAt: (now - 300) * 1000 - 1 }
    expect(decide(overtaken)).toEqual({ outcome: 'refuse', reason: 'superseded' })
    expect(decide({ ...overtaken, proofIssuedAt: (now - 300) * 1000 }).outcome).toBe('revoke')
  })

  test.each([5, 4, 3])('of generation %i with another key ends the family', (generation) => {
    const stolen = { generation, proofJkt: 'thief-key', proofIssuedAt: (now - 400) * 1000 }
    expect(decide(stolen)).toEqual({ outcome: 'revoke', reason: 'keyMismatch' })
  })

  test('of a generation the store never knew is refused without blame: the store was set back', () => {
    expect(decide({ generation: 6 })).toEqual({ outcome: 'refuse', reason: 'unknown' })
  })

  test('of another app of the device is refused', () => {
    expect(decide({ clientId: 'other' })).toEqual({ outcome: 'refuse', reason: 'unknown' })
  })

  test('of no family is refused', () => {
    expect(decideRefresh(undefined, newest, defaultSessionLimits)).toEqual({
      outcome: 'refuse',
      reason: 'unknown',
    })
  })

  test('of an ended family is refused, whatever it is', () => {
    for (const generation of [5, 4, 3]) {
      expect(decide({ generation }, { revokedAt: now - 1 })).toEqual({ outcome: 'refuse', reason: 'revoked' })
    }
  })
})

describe('limits (attack D08)', () => {
  const day = 86_400
  test('idle ends the session although it was refreshed a second ago', () => {
    const busy = { lastActiveAt: now - 14 * day, createdAt: now - 14 * day, rotatedProofAt: (now - 1) * 1000 }
    expect(decide({}, busy)).toEqual({ outcome: 'refuse', reason: 'expired' })
    expect(decide({}, { ...busy, lastActiveAt: now - 14 * day + 1 }).outcome).toBe('rotate')
  })

  test('absolute ends the session although the user was active a second ago', () => {
    const old = { createdAt: now - 90 * day, lastActiveAt: now - 1 }
    expect(decide({}, old)).toEqual({ outcome: 'refuse', reason: 'expired' })
    expect(decide({}, { ...old, createdAt: now - 90 * day + 1 }).outcome).toBe('rotate')
  })

  test('what was fixed at the sign-in holds, and a policy that is shortened later ends it earlier', () => {
    expect(decide({}, { expiresAt: now }).outcome).toBe('refuse')
    expect(decide({}, { expiresAt: now + 1 }).outcome).toBe('rotate')
    const shorter = { ...defaultSessionLimits, W: { idle: 500, absolute: 500 } }
    expect(decideRefresh(family, newest, shorter)).toEqual({ outcome: 'refuse', reason: 'expired' })
  })

  test('an expired family does not end by theft: there is nothing left to end', () => {
    const old = { createdAt: now - 90 * day }
    expect(decide({ proofJkt: 'thief-key' }, old)).toEqual({ outcome: 'refuse', reason: 'expired' })
  })

  test('a password alone lasts an hour without activity and a day in all', () => {
    const password = { acr: 'pwd', createdAt: 0, lastActiveAt: 0, expiresAt: 10 * day } as const
    expect(familyEnd(password, defaultSessionLimits)).toBe(3600)
    expect(familyEnd({ ...password, lastActiveAt: day }, defaultSessionLimits)).toBe(day)
  })
})

test('every refusal has a code of its own', () => {
  const reasons = ['unknown', 'revoked', 'expired', 'superseded', 'keyMismatch', 'replayed'] as const
  expect(new Set(reasons.map((reason) => refreshRefused(reason).code)).size).toBe(reasons.length)
})
