import { casesOf, runCase } from '@keybound/phone/conformance'
import { describe, expect, test } from 'vitest'
import { subjectOf } from './variants.ts'
import { wrongVariants } from './wrong-variants.ts'

/** Long enough for any call that answers; a variant may be wrong by never answering. */
const patience = 1_000

describe('the conformance cases', () => {
  test('there are at least 25 wrong variants to refuse', () => {
    expect(new Set(wrongVariants.map(({ name }) => name)).size).toBeGreaterThanOrEqual(25)
  })

  test.each(wrongVariants.map((variant) => [variant.name, variant] as const))(
    'refuse %s',
    async (_, variant) => {
      const { platform, fails } = variant
      const cases = casesOf(platform).filter(({ id }) => fails.includes(id))
      expect(cases.map(({ id }) => id).toSorted()).toEqual(fails.toSorted())
      for (const one of cases) {
        const { outcome } = await runCase(one, {
          platform,
          patience,
          make: async (needs) => subjectOf(variant, needs),
        })
        expect([one.id, outcome]).toEqual([one.id, 'failed'])
      }
    },
  )

  test.each(['android', 'ios'] as const)('pass the same phone of %s without a fault', async (platform) => {
    const named = new Set(
      wrongVariants.filter((variant) => variant.platform === platform).flatMap(({ fails }) => fails),
    )
    const right = { name: 'none', platform, fails: [] }
    for (const one of casesOf(platform).filter(({ id }) => named.has(id))) {
      const result = await runCase(one, { platform, make: async (needs) => subjectOf(right, needs) })
      expect([one.id, result.outcome, result.reason]).toEqual([one.id, 'passed', ''])
    }
  })
})
