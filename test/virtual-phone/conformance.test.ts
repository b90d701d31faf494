import { casesOf, formatReport, runCase } from '@keybound/phone/conformance'
import { describe, expect, test } from 'vitest'
import { makeVirtual } from './subject.ts'

describe.each(['android', 'ios'] as const)('the virtual phone of %s conforms', (platform) => {
  test.each(casesOf(platform).map((one) => [one.id, one.proves, one] as const))(
    '%s: %s',
    async (_id, _proves, one) => {
      const result = await runCase(one, { platform, make: makeVirtual })
      expect(result).toMatchObject({ outcome: 'passed', reason: '' })
      expect(formatReport([result])).toContain(`| ${one.id} | pass |`)
    },
  )
})
