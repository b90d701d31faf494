import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { createResourceServer, type Guard } from '@keybound/server/protect'

/** A device with its key and its access token. */
export interface Device {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly jwk: object
  readonly token: string
}

/** One request of a device, as the guard gets it and as bytes and signatures for who checks nothing else. */
export interface ProtectedCall {
  readonly request: Request
  readonly device: Device
  readonly proof: Signed
  readonly token: Signed
}

export interface Signed {
  readonly bytes: Buffer
  readonly signature: Buffer
}

const issuer = 'https://auth.bank.example'
const resource = 'https://api.bank.example'
const now = 1_795_348_800

/** An issuer, its devices, and guards that trust it. */
export interface ProtectWorld {
  readonly issuerKey: KeyObject
  readonly devices: readonly Device[]
  /** A guard that remembers so many devices. */
  guard(remembered: number): Guard
  /** A fresh request of a device, with a proof that was never used. */
  call(device: Device, nonce: string): ProtectedCall
  nonceOf(guard: Guard): Promise<string>
}

export function makeProtectWorld(count: number): ProtectWorld {
  const issuerPair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const devices = Array.from({ length: count }, () => makeDevice(issuerPair.privateKey))
  return {
    issuerKey: issuerPair.publicKey,
    devices,
    guard: (remembered) => makeGuard(issuerPair.publicKey, remembered),
    call: makeCall,
    async nonceOf(guard) {
      const verdict = await guard(makeCall(devices[0] as Device, '').request)
      return verdict.outcome === 'refused' ? (verdict.response.headers.get('dpop-nonce') ?? '') : ''
    },
  }
}

function makeGuard(issuerKey: KeyObject, remembered: number): Guard {
  const key = { algorithm: 'ES256', key: issuerKey } as const
  const { protect } = createResourceServer({
    issuer,
    realm: 'bank',
    keys: { find: async () => key },
    resource,
    publicUrl: resource,
    nonceSecret: new Uint8Array(32).fill(1),
    // Every proof of a long run falls into one window, which would never happen with a clock that runs.
    replay: forgetfulReplay(),
    devices: remembered,
    now: () => now * 1000,
  })
  return protect({ acr: 'L2', maxAge: 300 })
}

/** Remembers uses in a set that is emptied when it grows: the cost of remembering without the memory of a standing clock. */
function forgetfulReplay() {
  let uses = new Set<string>()
  return {
    useProof: async ({ hash }: { readonly hash: string }) => {
      if (uses.has(hash)) return 'used' as const
      if (uses.size >= 200_000) uses = new Set()
      uses.add(hash)
      return 'fresh' as const
    },
  }
}

function makeDevice(issuerKey: KeyObject): Device {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' })
  const jkt = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
  const claims = {
    iss: issuer,
    aud: resource,
    sub: randomUUID(),
    client_id: 'bank-app',
    iat: now,
    exp: now + 300,
    jti: randomUUID(),
    realm: 'bank',
    sid: randomUUID(),
    acr: 'L2',
    amr: ['hwk', 'user', 'mfa'],
    auth_time: now,
    cnf: { jkt },
  }
  const token = signJwt({ typ: 'at+jwt', alg: 'ES256', kid: 'k1' }, claims, issuerKey)
  return { privateKey, publicKey, jwk: { kty, crv, x, y }, token }
}

function makeCall(device: Device, nonce: string): ProtectedCall {
  const claims = {
    jti: randomUUID(),
    htm: 'POST',
    htu: `${resource}/v1/payments`,
    iat: now,
    ath: createHash('sha256').update(device.token).digest('base64url'),
    ...(nonce === '' ? {} : { nonce }),
  }
  const proof = signJwt({ typ: 'dpop+jwt', alg: 'ES256', jwk: device.jwk }, claims, device.privateKey)
  const headers = { authorization: `DPoP ${device.token}`, dpop: proof }
  const request = new Request(`${resource}/v1/payments`, { method: 'POST', headers })
  return { request, device, proof: partsOf(proof), token: partsOf(device.token) }
}

function signJwt(header: object, claims: object, key: KeyObject): string {
  const input = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

function partsOf(jwt: string): Signed {
  const end = jwt.lastIndexOf('.')
  return { bytes: Buffer.from(jwt.slice(0, end)), signature: Buffer.from(jwt.slice(end + 1), 'base64url') }
}
