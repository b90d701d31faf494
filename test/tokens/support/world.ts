import { encodeCoseKey } from '@keybound/protocol/encoding'
import type { KeyboundServerOptions } from '@keybound/server'
import { userHandleOf } from '../../../packages/server/src/registration/user-handle.ts'
import type { SoftwareAuthenticator } from '../../support/authenticator.ts'
import { origin, rpId, startServer, startWithAccounts } from '../../support/server.ts'
import { createDevice, type DeviceOptions } from './device.ts'

/** Overrides of the server's options, and whether the demo accounts have passwords, which costs time. */
export interface TokenWorldOptions extends Partial<KeyboundServerOptions> {
  readonly passwords?: boolean
}

/** A server with tokens, the accounts ada and grace, and devices that talk to it. */
export async function startTokenWorld({ passwords = false, ...overrides }: TokenWorldOptions = {}) {
  const options = {
    tokens: { clients: ['bank-app', 'other-app'], resources: [origin, 'https://api.bank.example'] },
    ...overrides,
  }
  const world = passwords
    ? await startWithAccounts(options)
    : { ada: 'account of ada', grace: 'account of grace', ...(await startServer(options)) }
  const realm = overrides.realm ?? 'test'
  const send = (request: Request) => world.server.fetch(request, { clientAddress: '192.0.2.1' })
  const now = () => Math.floor(world.clock.now() / 1000)
  let enrolled = 0

  /** Makes a key on the authenticator and puts it into the store, as a registration does. */
  async function enrol(authenticator: SoftwareAuthenticator, account: string): Promise<void> {
    const { id } = authenticator.register({
      rp: { id: rpId, name: 'Test Bank' },
      user: { id: userHandleOf(realm, account).toString('base64url'), name: 'user', displayName: 'User' },
      challenge: 'AAAA',
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      timeout: 1,
      excludeCredentials: [],
      authenticatorSelection: {
        residentKey: 'preferred',
        requireResidentKey: false,
        userVerification: 'required',
      },
      attestation: 'none',
    })
    const { x = '', y = '' } = authenticator.credentials.at(-1)?.publicKey.export({ format: 'jwk' }) ?? {}
    const [left, right] = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]
    enrolled++
    await world.store.registerCredential({
      realm,
      operationId: `enrol ${enrolled}`,
      now: now(),
      evidence: {
        attestationObject: new Uint8Array(),
        clientDataHash: new Uint8Array(),
        ceremony: { rpId: '', origin: '', algorithms: [] },
        device: null,
        issuedAt: now(),
        judgedAt: now(),
        verdict: {
          format: 'none',
          attestationType: 'none',
          level: 'W',
          refusedBy: null,
          suspends: false,
          android: null,
          device: null,
        },
      },
      credential: {
        id,
        account,
        publicKey: encodeCoseKey({ type: 'EC2', algorithm: -7, curve: 'P-256', x: left, y: right }),
        name: 'Device',
        level: 'W',
        platform: 'web',
        proofJkt: null,
        appAttestKey: null,
        probationUntil: null,
        expiresAt: null,
        suspendedBy: null,
        signCount: 0,
        backupEligible: false,
        backedUp: false,
        transports: ['internal'],
        aaguid: '00000000-0000-0000-0000-000000000000',
        format: 'none',
        createdAt: now(),
        lastUsedAt: null,
      },
      challenge: { hash: `challenge ${enrolled}`, expiresAt: now() },
      grant: { hash: `grant ${enrolled}`, expiresAt: now() },
      limit: 100,
    })
  }

  function device(deviceOptions: Partial<DeviceOptions> = {}) {
    const one = createDevice({ send, now, ...deviceOptions })
    const register = (username: 'ada' | 'grace' = 'ada') => enrol(one.authenticator, world[username])
    return { ...one, register }
  }

  /** A device whose key is registered and that is signed in. */
  async function signedIn(deviceOptions: Partial<DeviceOptions> = {}, username: 'ada' | 'grace' = 'ada') {
    const one = device(deviceOptions)
    await one.register(username)
    const answer = await one.signIn()
    if (answer.status !== 200) throw new Error(`Unexpected ${answer.status} ${answer.text}, expected tokens.`)
    return one
  }

  /** A guarded route of the host, as Send. */
  function route(...protect: Parameters<typeof world.server.protect>) {
    const guard = world.server.protect(...protect)
    return async (request: Request) => {
      const verdict = await guard(request)
      return verdict.outcome === 'refused'
        ? verdict.response
        : Response.json(verdict.caller, { headers: verdict.headers })
    }
  }

  return { ...world, send, now, device, signedIn, route }
}

export type TokenWorld = Awaited<ReturnType<typeof startTokenWorld>>
