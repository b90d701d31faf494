import { decodeBase64Url } from '@keybound/protocol/encoding'
import { expect, test } from 'vitest'
import { parseAttestationObject } from '../../packages/attestation/src/webauthn/attestation-object.ts'
import { statementFormats } from '../../packages/attestation/src/webauthn/statements/index.ts'
import * as own from './own-samples.ts'
import { verifiers } from './verifiers.ts'

const formatOf = (object: Uint8Array) => parseAttestationObject(object).format
const [asObject, asResponse] = verifiers([])

// The fuzzer is led by what passes: behind a format that it begins with no genuine statement of, it finds little.
test.each(statementFormats)(
  'fuzzing begins with a genuine registration of %s, which passes',
  async (format) => {
    const object = own.attestationObjects.find((one) => formatOf(one) === format)
    const response = own.registrations.find(
      (one) => formatOf(decodeBase64Url(one.response.attestationObject)) === format,
    )
    expect([object, response], 'one in own-samples.ts').not.toContain(undefined)
    await asObject?.run(object as Uint8Array)
    await asResponse?.run(new TextEncoder().encode(JSON.stringify(response)))
  },
)

test('those are the targets that read registrations', () => {
  expect([asObject?.name, asResponse?.name]).toEqual([
    'verifyRegistration, attestation object',
    'verifyRegistration, response',
  ])
})
