import type { AuthenticationOptionsJSON, RegistrationOptionsJSON } from '@keybound/protocol'
import { describe, expect, it, vi } from 'vitest'
import type { WebEnvironment } from './environment.ts'
import { createWebPlatform, webPlatform } from './web-platform.ts'

const { signal } = new AbortController()

const descriptor = { type: 'public-key', id: 'AQID', transports: ['internal'] } as const
const registration: RegistrationOptionsJSON = {
  rp: { id: 'bank.example', name: 'Bank' },
  user: { id: '_-8', name: 'ada', displayName: 'Ada' },
  challenge: 'AAECAwQFBgcICQoLDA0ODw',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  timeout: 60_000,
  excludeCredentials: [descriptor],
  authenticatorSelection: {
    residentKey: 'preferred',
    requireResidentKey: false,
    userVerification: 'required',
  },
  attestation: 'none',
  extensions: { credProps: true },
}
const authentication: AuthenticationOptionsJSON = {
  challenge: registration.challenge,
  rpId: 'bank.example',
  timeout: 60_000,
  allowCredentials: [descriptor],
  userVerification: 'required',
}

const bytes = (...values: number[]) => Uint8Array.from(values).buffer

/** A credential of a browser without toJSON. */
function bareCredential(response: object, extra: object = {}): PublicKeyCredential {
  const credential = {
    id: 'ignored',
    rawId: bytes(251, 255),
    type: 'public-key',
    authenticatorAttachment: 'platform',
    getClientExtensionResults: () => ({ credProps: { rk: true } }),
    response,
    ...extra,
  }
  return credential as unknown as PublicKeyCredential
}

/** A browser with as little as a test says. `prompt` answers create and get. */
function browser(
  prompt: (options: CredentialCreationOptions & CredentialRequestOptions) => unknown,
  rest: object = {},
) {
  const environment = {
    isSecureContext: true,
    navigator: {
      credentials: { create: async (o: object) => prompt(o), get: async (o: object) => prompt(o) },
    },
    PublicKeyCredential: { isUserVerifyingPlatformAuthenticatorAvailable: async () => true },
    crypto: globalThis.crypto,
    performance: globalThis.performance,
    fetch: globalThis.fetch,
    setTimeout: globalThis.setTimeout,
    ...rest,
  }
  return environment as unknown as WebEnvironment
}

const platformOf = (environment: WebEnvironment, options = {}) => createWebPlatform(environment, options)

describe('without JSON helpers', () => {
  it('gives the authenticator bytes, and what it does not know as it came', async () => {
    const given: { publicKey: Record<string, unknown>; signal: AbortSignal }[] = []
    const environment = browser((options) => {
      given.push(options as never)
      const response = {
        clientDataJSON: bytes(),
        attestationObject: bytes(),
        authenticatorData: bytes(),
        signature: bytes(),
      }
      return bareCredential(response)
    })
    await platformOf(environment).register(registration, signal)
    await platformOf(environment).authenticate(authentication, signal)
    const challenge = Uint8Array.from({ length: 16 }, (_, i) => i)
    expect(given[0]?.publicKey).toEqual({
      ...registration,
      challenge,
      user: { id: Uint8Array.of(255, 239), name: 'ada', displayName: 'Ada' },
      excludeCredentials: [{ ...descriptor, id: Uint8Array.of(1, 2, 3) }],
    })
    expect(given[1]?.publicKey).toEqual({
      ...authentication,
      challenge,
      allowCredentials: [{ ...descriptor, id: Uint8Array.of(1, 2, 3) }],
    })
    expect(given.map((options) => options.signal)).toEqual([signal, signal])
  })

  it('turns a registration into JSON', async () => {
    const response = {
      clientDataJSON: bytes(1),
      attestationObject: bytes(2, 3),
      getTransports: () => ['internal', 'hybrid'],
    }
    expect(await platformOf(browser(() => bareCredential(response))).register(registration, signal)).toEqual({
      response: {
        id: '-_8',
        rawId: '-_8',
        type: 'public-key',
        authenticatorAttachment: 'platform',
        clientExtensionResults: { credProps: { rk: true } },
        response: { clientDataJSON: 'AQ', attestationObject: 'AgM', transports: ['internal', 'hybrid'] },
      },
    })
  })

  it('does so for browsers without getTransports and attachment too', async () => {
    const response = { clientDataJSON: bytes(1), attestationObject: bytes(2) }
    const credential = bareCredential(response, { authenticatorAttachment: null })
    const { response: json } = await platformOf(browser(() => credential)).register(registration, signal)
    expect(json.response.transports).toEqual([])
    expect('authenticatorAttachment' in json).toBe(false)
  })

  it('turns an assertion into JSON, with and without user handle', async () => {
    const response = {
      clientDataJSON: bytes(1),
      authenticatorData: bytes(2),
      signature: bytes(3),
      userHandle: bytes(4),
    }
    const json = (userHandle: ArrayBuffer | null) =>
      platformOf(browser(() => bareCredential({ ...response, userHandle }))).authenticate(
        authentication,
        signal,
      )
    expect((await json(bytes(4))).response).toEqual({
      clientDataJSON: 'AQ',
      authenticatorData: 'Ag',
      signature: 'Aw',
      userHandle: 'BA',
    })
    expect('userHandle' in (await json(null)).response).toBe(false)
  })
})

describe('with JSON helpers', () => {
  it('uses them, and toJSON', async () => {
    const parsed: PublicKeyCredentialCreationOptions = { ...registration } as never
    const helpers = {
      isUserVerifyingPlatformAuthenticatorAvailable: async () => true,
      parseCreationOptionsFromJSON: vi.fn(() => parsed),
      parseRequestOptionsFromJSON: vi.fn(() => parsed),
    }
    const prompt = vi.fn((_: unknown) => ({ toJSON: () => ({ id: 'theirs' }) }))
    const platform = platformOf(browser(prompt, { PublicKeyCredential: helpers }))
    expect(await platform.register(registration, signal)).toEqual({ response: { id: 'theirs' } })
    expect(await platform.authenticate(authentication, signal)).toEqual({ id: 'theirs' })
    expect(helpers.parseCreationOptionsFromJSON).toHaveBeenCalledExactlyOnceWith(registration)
    expect(helpers.parseRequestOptionsFromJSON).toHaveBeenCalledExactlyOnceWith(authentication)
    expect(prompt.mock.calls.map(([options]) => options)).toEqual([
      { publicKey: parsed, signal },
      { publicKey: parsed, signal },
    ])
  })
})

describe('with a password manager in place of the browser', () => {
  it('reads a credential itself whose toJSON is one that refuses it', async () => {
    const refusesIt = () => {
      throw new TypeError('Illegal invocation')
    }
    const response = { clientDataJSON: bytes(1), authenticatorData: bytes(2), signature: bytes(3) }
    const made = { clientDataJSON: bytes(1), attestationObject: bytes(2) }
    const platform = (answer: object) =>
      platformOf(browser(() => bareCredential(answer, { toJSON: refusesIt })))
    const assertion = await platform(response).authenticate(authentication, signal)
    expect(assertion.response).toEqual({ clientDataJSON: 'AQ', authenticatorData: 'Ag', signature: 'Aw' })
    const registered = await platform(made).register(registration, signal)
    expect(registered.response.response.attestationObject).toBe('Ag')
  })
})

describe('what a prompt is rejected with', () => {
  it.each([
    ['NotAllowedError', 'prompt_refused', /try again, or sign in with the password/],
    ['AbortError', 'aborted', /start it again/],
    ['InvalidStateError', 'already_registered', /sign out and sign in with biometrics/],
    ['SecurityError', 'origin_mismatch', /open it there/],
    ['ConstraintError', 'unsupported', /set one up/],
    ['NotSupportedError', 'unsupported', /sign in with the password/],
    ['OperationError', 'prompt_busy', /finish or cancel/],
    ['UnknownError', 'platform_failed', /UnknownError/],
    ['NotReadableError', 'platform_failed', /NotReadableError/],
  ])('%s is %s, with the original as the cause', async (name, code, message) => {
    const original = new DOMException('in the browser’s words', name)
    const platform = platformOf(
      browser(() => {
        throw original
      }),
    )
    for (const call of [
      platform.register(registration, signal),
      platform.authenticate(authentication, signal),
    ]) {
      await expect(call).rejects.toMatchObject({
        code,
        cause: original,
        message: expect.stringMatching(message),
      })
    }
  })

  it('is refused when the browser answers with nothing', async () => {
    await expect(platformOf(browser(() => null)).register(registration, signal)).rejects.toMatchObject({
      code: 'prompt_refused',
    })
  })

  it.each([['a string'], [undefined]])('%j is a failure of the platform', async (thrown) => {
    const platform = platformOf(
      browser(() => {
        throw thrown
      }),
    )
    await expect(platform.register(registration, signal)).rejects.toMatchObject({
      code: 'platform_failed',
      cause: thrown,
    })
  })
})

describe('availability', () => {
  const asked = (rest: object, options = {}) =>
    platformOf(
      browser(() => null, { indexedDB: refusingDatabase(), ...rest }),
      options,
    ).availability()

  it.each([
    ['insecureContext', { isSecureContext: false }, /https/],
    ['noWebAuthn', { navigator: {} }, /update/],
    ['noWebAuthn', { PublicKeyCredential: undefined }, /update/],
    ['noPlatformAuthenticator', uvpaa(async () => false), /set one up/],
    ['noPlatformAuthenticator', uvpaa(() => Promise.reject(new Error())), /set one up/],
    ['storageBlocked', {}, /private browsing/],
    ['storageBlocked', { indexedDB: undefined }, /private browsing/],
  ])('gives the reason %s and what to do', async (reason, rest, explanation) => {
    expect(await asked(rest)).toMatchObject({
      available: false,
      reason,
      explanation: expect.stringMatching(explanation),
      properties: { appIdentity: 'origin', biometricOnly: 'no' },
    })
  })

  it('counts any authenticator only when the app said so', async () => {
    const without = uvpaa(async () => false)
    expect(await asked(without, { authenticators: 'platform' })).toMatchObject({
      reason: 'noPlatformAuthenticator',
    })
    expect(await asked(without, { authenticators: 'any' })).toMatchObject({ reason: 'storageBlocked' })
  })

  it.each([
    ['insecure_context', { isSecureContext: false }],
    ['unsupported', { PublicKeyCredential: undefined }],
    ['unsupported', uvpaa(async () => false)],
  ])('without it no prompt opens: %s', async (code, rest) => {
    const prompt = vi.fn()
    const platform = platformOf(browser(prompt, rest))
    await expect(platform.register(registration, signal)).rejects.toMatchObject({ code })
    await expect(platform.authenticate(authentication, signal)).rejects.toMatchObject({ code })
    expect(prompt).not.toHaveBeenCalled()
  })

  it('is asked for nothing while a page is rendered on a server', async () => {
    const platform = webPlatform()
    expect(await platform.availability()).toMatchObject({ available: false, reason: 'insecureContext' })
    await expect(platform.storage.get('x')).rejects.toMatchObject({ code: 'storage_failed' })
    await platform.forget('bank.example', 'AQID')
  })
})

function uvpaa(isUserVerifyingPlatformAuthenticatorAvailable: () => Promise<boolean>): object {
  return { PublicKeyCredential: { isUserVerifyingPlatformAuthenticatorAvailable } }
}

/** IndexedDB as some browsers have it in private windows: there, and refusing. */
function refusingDatabase(): unknown {
  return {
    open() {
      const request: { onerror?: () => void; error: Error } = {
        error: new Error('A mutation operation was attempted'),
      }
      queueMicrotask(() => request.onerror?.())
      return request
    },
  }
}

describe('storage', () => {
  it('rejects with storage_failed and the cause, every time it is refused, and tries again', async () => {
    const indexedDB = refusingDatabase() as { open: () => unknown }
    const open = vi.spyOn(indexedDB, 'open')
    const { storage } = platformOf(browser(() => null, { indexedDB }))
    for (const call of [
      () => storage.get('a'),
      () => storage.set('a', 'b'),
      () => storage.delete('a'),
      () => storage.keys(''),
    ]) {
      await expect(call()).rejects.toMatchObject({
        code: 'storage_failed',
        cause: new Error('A mutation operation was attempted'),
      })
    }
    expect(open).toHaveBeenCalledTimes(4)
  })
})

describe('requests', () => {
  it('C04: carry no cookies, follow no redirect, and are not cached', async () => {
    const fetch = vi.fn(
      async (_url: string, _init: RequestInit) =>
        new Response('body', { status: 503, headers: { 'Retry-After': '7' } }),
    )
    const platform = platformOf(browser(() => null, { fetch }))
    const headers = { authorization: 'Bearer x' }
    const response = await platform.request(
      { method: 'POST', url: 'https://bank.example/v1/x', headers, body: '{}' },
      signal,
    )
    expect(response).toMatchObject({ status: 503, body: 'body' })
    expect([response.header('retry-after'), response.header('none')]).toEqual(['7', null])
    expect(fetch).toHaveBeenCalledExactlyOnceWith('https://bank.example/v1/x', {
      method: 'POST',
      headers,
      body: '{}',
      signal,
      redirect: 'error',
      credentials: 'omit',
      cache: 'no-store',
    })
  })

  it.each([
    ['refused', () => Promise.reject(new TypeError('Failed to fetch'))],
    ['broken off', async () => ({ status: 200, text: () => Promise.reject(new TypeError('network error')) })],
  ])('that are %s say that the server cannot be reached', async (_, fetch) => {
    const platform = platformOf(browser(() => null, { fetch }))
    const request = platform.request({ method: 'GET', url: 'https://bank.example', headers: {} }, signal)
    await expect(request).rejects.toMatchObject({ code: 'network_unreachable', cause: expect.any(TypeError) })
  })
})

describe('the rest of the browser', () => {
  it('tells the authenticator of an unknown credential, where it listens, and never fails', async () => {
    const signalUnknownCredential = vi.fn(() => Promise.reject(new Error('no')))
    const platform = platformOf(browser(() => null, { PublicKeyCredential: { signalUnknownCredential } }))
    await platform.forget('bank.example', 'AQID')
    expect(signalUnknownCredential).toHaveBeenCalledExactlyOnceWith({
      rpId: 'bank.example',
      credentialId: 'AQID',
    })
    await platformOf(browser(() => null)).forget('bank.example', 'AQID')
  })

  it('gives time', async () => {
    const setTimeout = vi.fn((work: () => void) => work())
    const platform = platformOf(
      browser(() => null, {
        performance: { now: () => 12.5 },
        setTimeout,
      }),
    )
    expect(platform.monotonicNow()).toBe(12.5)
    await platform.wait(250, signal)
    expect(setTimeout).toHaveBeenCalledExactlyOnceWith(expect.any(Function), 250)
  })
})
