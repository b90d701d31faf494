import { AttestationError } from '../../errors.ts'

/** What every reader of App Attest bytes throws: code `app_attest_malformed`. */
export function malformedAppAttest(rule: string, message: string): AttestationError {
  const advice = 'Send the bytes DCAppAttestService gave, unchanged.'
  return new AttestationError('app_attest_malformed', rule, `${message} ${advice}`)
}
