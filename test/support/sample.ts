const sizes = ['small', 'large', 'full'] as const

/** How much of each loop and generated set a run takes: `npm test` small, `.ci/run` large, `npm run verify:full` full. */
export type SampleSize = (typeof sizes)[number]

/** The size of this run, from KEYBOUND_SAMPLE; default `small`. */
export const sampleSize: SampleSize = readSampleSize(process.env.KEYBOUND_SAMPLE)

/** Picks the amount for this run, for example `sample({ small: 10, large: 30, full: 100 })` registrations. */
export function sample<T>(amounts: Readonly<Record<SampleSize, T>>): T {
  return amounts[sampleSize]
}

function readSampleSize(value: string | undefined): SampleSize {
  if (value === undefined || value === '') return 'small'
  const size = sizes.find((known) => known === value)
  if (size === undefined)
    throw new Error(`Unexpected KEYBOUND_SAMPLE "${value}", expected ${sizes.join(', ')}.`)
  return size
}
