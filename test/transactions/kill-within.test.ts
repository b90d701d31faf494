import { expect, test } from 'vitest'
import { sample } from '../support/sample.ts'
import { killApprovers } from './support/kill-loop.ts'

/** Processes killed. The first dozen are around the commit, the answer, and where the money moves. */
const kills = sample({ small: 12, large: 24, full: 200 })
const lanes = sample({ small: 2, large: 2, full: 4 })

test(
  `killed between signature and ledger (within), ${kills} times: each payment is made once, none that was acknowledged is lost`,
  async ({ annotate }) => {
    const { steps, ...seen } = await killApprovers('within', kills, lanes)
    // The kills fell before the commit, between commit and answer, and after the answer.
    expect(seen.open).toBeGreaterThan(0)
    expect(seen.acknowledged).toBeGreaterThan(0)
    expect(seen.approved).toBeGreaterThan(seen.acknowledged)
    await annotate(`${kills} killed over ${steps} steps: ${JSON.stringify(seen)}`)
  },
  60_000 + kills * 30_000,
)
