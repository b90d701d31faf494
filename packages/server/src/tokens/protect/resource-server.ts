import { createHmac } from 'node:crypto'
import { type DpopAlgorithm, KeyboundError } from '@keybound/protocol'
import type { KeyInfo } from '../../keys/contract.ts'
import type { IssuerKeys } from '../access-token/keys.ts'
import { createProofChecker } from '../dpop/checker.ts'
import { createMemoryReplayStore } from '../dpop/memory-replay.ts'
import { createDpopNonces } from '../dpop/nonces.ts'
import type { ProofReplayStore } from '../dpop/replay.ts'
import { createProtect, type Protect } from './guard.ts'
import { requireOrigin } from './public-origin.ts'

/** A resource server apart from the issuer: it has the issuer's public keys and no store. */
export interface ResourceServerOptions {
  /** The issuer's `publicUrl`, exactly. */
  readonly issuer: string
  readonly realm: string
  /** The issuer's public keys: `createRemoteKeys({ url: 'https://…/v1/jwks' })`. */
  readonly keys: IssuerKeys
  /** Name of this resource in the `aud` of tokens, as the issuer's options list it. */
  readonly resource: string
  /** Where clients reach this server, without a path: what proofs must be made for. Never from the Host header. */
  readonly publicUrl: string
  /**
   * 32 random bytes or more that all processes of this server share: the nonces of proofs are derived from them.
   * Replaced at will: clients then fetch a new nonce by themselves.
   */
  readonly nonceSecret: Uint8Array
  /**
   * Where used proofs are remembered. Default: in this process, which is right for one process only; several need one
   * that they share, or a proof serves once in each.
   */
  readonly replay?: ProofReplayStore
  /** Algorithms of proofs. Default ES256. */
  readonly algorithms?: readonly DpopAlgorithm[]
  /** Devices whose imported keys and verified tokens are kept, about 4 kB each. Default 10,000. */
  readonly devices?: number
  /** Milliseconds since the Unix epoch. Default: the system clock. */
  readonly now?: () => number
}

/**
 * `protect()` for a resource server of its own: token, proof, nonce and replay are checked here, revocation is not:
 * a session that was ended has access until its token expires, at most the issuer's `accessTokenLifetime` of 300 seconds
 * by default, 600 at most (and the clock tolerance of 10).
 *
 * Throws `configuration_invalid`.
 */
export function createResourceServer(options: ResourceServerOptions): { readonly protect: Protect } {
  const { issuer, realm, keys, resource, publicUrl, algorithms = ['ES256'] } = options
  const { devices = 10_000, now = Date.now } = options
  const url = requireOrigin(publicUrl, 'the resource server')
  const proofs = createProofChecker({
    realm,
    algorithms,
    keyCapacity: devices,
    replay: options.replay ?? createMemoryReplayStore(),
    nonces: createDpopNonces({ keys: secretKey(options.nonceSecret), realm: `${realm} ${resource}` }),
  })
  const protect = createProtect({
    keys,
    proofs,
    expected: { issuer, audience: resource, realm },
    publicUrl: url,
    challenge: { explainedAt: issuer, algorithms },
    now: () => Math.floor(now() / 1000),
    tokenCapacity: devices,
  })
  return { protect }
}

/** One MAC key that never rotates by itself. */
function secretKey(secret: Uint8Array) {
  if (secret.length < 32) throw invalid('nonceSecret', 'at least 32 random bytes')
  const key: KeyInfo = {
    kid: 'nonces',
    purpose: 'dpop-nonce',
    algorithm: 'HS256',
    activeFrom: 0,
    acceptUntil: Number.MAX_SAFE_INTEGER,
  }
  return {
    list: () => [key],
    mac: (_: string, bytes: Uint8Array) => createHmac('sha256', secret).update(bytes).digest(),
  }
}

function invalid(what: string, expected: string): KeyboundError {
  const message = `Unexpected ${what}, expected ${expected}. Correct the options of the resource server.`
  return new KeyboundError('configuration_invalid', message)
}
