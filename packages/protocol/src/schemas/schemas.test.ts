import { describe, expect, expectTypeOf, test } from 'vitest'
import type { z } from 'zod'
import type * as api from '../wire/api.ts'
import type * as devices from '../wire/devices.ts'
import type { ProblemJSON } from '../wire/problem.ts'
import type * as webauthn from '../wire/webauthn.ts'
import * as schemas from './index.ts'

/** Drops `readonly` (zod gives none) and the index signature of loose objects (unknown members are never read). */
type Comparable<T> = T extends string | number | boolean
  ? T
  : T extends readonly (infer E)[]
    ? Comparable<E>[]
    : T extends object
      ? {
          -readonly [K in keyof T as string extends K
            ? string extends keyof KnownOf<T>
              ? K
              : never
            : K]: Comparable<T[K]>
        }
      : T
type KnownOf<T> = { [K in keyof T as string extends K ? never : K]: T[K] } extends infer Known
  ? [keyof Known] extends [never]
    ? T
    : Known
  : never

type Wire<T> = Comparable<T>
type Schema<S extends z.ZodType> = Comparable<z.infer<S>>

/** Each schema beside its wire type; `expectTypeOf` fails the type check when either moves alone. */
test('schemas and wire types are the same types', () => {
  expectTypeOf<Schema<typeof schemas.passwordSignInRequest>>().toEqualTypeOf<
    Wire<api.PasswordSignInRequest>
  >()
  expectTypeOf<Schema<typeof schemas.registrationOptionsRequest>>().toEqualTypeOf<
    Wire<api.RegistrationOptionsRequest>
  >()
  expectTypeOf<Schema<typeof schemas.authenticationOptionsRequest>>().toEqualTypeOf<
    Wire<api.AuthenticationOptionsRequest>
  >()
  expectTypeOf<Schema<typeof schemas.registrationRequest>>().toEqualTypeOf<Wire<api.RegistrationRequest>>()
  expectTypeOf<Schema<typeof schemas.authenticationRequest>>().toEqualTypeOf<
    Wire<api.AuthenticationRequest>
  >()
  expectTypeOf<Schema<typeof schemas.signInAnswer>>().toEqualTypeOf<Wire<api.SignInAnswer>>()
  expectTypeOf<Schema<typeof schemas.sessionAnswer>>().toEqualTypeOf<Wire<api.SessionAnswer>>()
  expectTypeOf<Schema<typeof schemas.registrationAnswer>>().toEqualTypeOf<Wire<api.RegistrationAnswer>>()
  expectTypeOf<Schema<typeof schemas.credentialsAnswer>>().toEqualTypeOf<Wire<api.CredentialsAnswer>>()
  expectTypeOf<Schema<typeof schemas.noticesAnswer>>().toEqualTypeOf<Wire<devices.NoticesAnswer>>()
  expectTypeOf<Schema<typeof schemas.recoveryPublicKeyAnswer>>().toEqualTypeOf<
    Wire<devices.RecoveryPublicKeyAnswer>
  >()
  expectTypeOf<Schema<typeof schemas.recoveryRequest>>().toEqualTypeOf<Wire<devices.RecoveryRequest>>()
  expectTypeOf<Schema<typeof schemas.recoveryAnswer>>().toEqualTypeOf<Wire<devices.RecoveryAnswer>>()
  expectTypeOf<Schema<typeof schemas.problem>>().toEqualTypeOf<Wire<ProblemJSON>>()
  expectTypeOf<Schema<typeof schemas.registrationOptions>>().toEqualTypeOf<
    Wire<webauthn.RegistrationOptionsJSON>
  >()
  expectTypeOf<Schema<typeof schemas.authenticationOptions>>().toEqualTypeOf<
    Wire<webauthn.AuthenticationOptionsJSON>
  >()
})

describe('requests', () => {
  const response = {
    id: 'AAAA',
    rawId: 'AAAA',
    type: 'public-key',
    response: { clientDataJSON: 'e30', authenticatorData: 'AAAA', signature: 'AAAA' },
    clientExtensionResults: {},
  }

  test('refuse members they do not know', () => {
    const known = { username: 'ada', password: 'secret' }
    expect(schemas.passwordSignInRequest.safeParse(known).success).toBe(true)
    expect(schemas.passwordSignInRequest.safeParse({ ...known, admin: true }).success).toBe(false)
    expect(schemas.authenticationRequest.safeParse({ response, account: 'x' }).success).toBe(false)
  })

  test('let unknown members of a WebAuthn response through', () => {
    const newer = { ...response, future: 1, response: { ...response.response, future: 'x' } }
    expect(schemas.authenticationRequest.safeParse({ response: newer }).success).toBe(true)
  })

  test.each([
    ['padding', { ...response, id: 'AAA=' }],
    ['the wrong type', { ...response, type: 'password' }],
    ['a number for bytes', { ...response, rawId: 7 }],
    ['an array for the inner response', { ...response, response: [] }],
    [
      'a user handle longer than 64 bytes',
      { ...response, response: { ...response.response, userHandle: 'A'.repeat(87) } },
    ],
    ['no client extension results', { ...response, clientExtensionResults: undefined }],
  ])('refuse a WebAuthn response with %s', (_, value) => {
    expect(schemas.authenticationRequest.safeParse({ response: value }).success).toBe(false)
  })

  test.each(['\u202egpj.exe', 'a\u0000b', 'tab\there', ''])('refuse the device name %j', (name) => {
    const request = {
      grant: 'g',
      operationId: 'A'.repeat(22),
      response: { ...response, response: { clientDataJSON: 'e30', attestationObject: 'AAAA' } },
    }
    expect(schemas.registrationRequest.safeParse({ ...request, name: 'Ada’s phone 📱' }).success).toBe(true)
    expect(schemas.registrationRequest.safeParse({ ...request, name }).success).toBe(false)
  })
})
