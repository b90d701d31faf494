import { KeyboundError } from '../errors/keybound-error.ts'

/** The refusal of a value: where it stands, what was found, what was expected. Never repeats the value. */
export function unacceptable(place: string, found: string, expected: string): KeyboundError {
  const message = `Unexpected ${found} at "${place}", expected ${expected}. Correct the value.`
  return new KeyboundError('statement_value_unacceptable', message)
}
