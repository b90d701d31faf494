import * as crypto from 'node:crypto'
import { KeyboundError } from '@keybound/protocol'

/** One Argon2id computation (RFC 9106), version 1.3. */
export interface Argon2Input {
  readonly password: Uint8Array
  readonly salt: Uint8Array
  /** KiB. */
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
  /** Bytes out. */
  readonly length: number
}

/** Computes Argon2id away from the event loop. */
export type Argon2id = (input: Argon2Input) => Promise<Uint8Array>

/** What this file needs of the optional peer `@node-rs/argon2`, stated here so that nobody must install its types. */
interface Argon2Peer {
  hashRaw(
    password: Uint8Array,
    options: {
      memoryCost: number
      timeCost: number
      parallelism: number
      outputLen: number
      algorithm: number
      version: number
      salt: Uint8Array
    },
  ): Promise<Uint8Array>
}

/**
 * Node's own Argon2 (24.7 and later), else the optional peer `@node-rs/argon2`. Both give the same bytes; the suite
 * has the vector of RFC 9106 §5.3's parameters without secret and data. Refuses with `configuration_invalid` when
 * neither is there.
 */
export async function loadArgon2id(
  native: typeof crypto.argon2 | null = crypto.argon2 ?? null,
  importPeer: () => Promise<unknown> = () => import(peerName),
): Promise<Argon2id> {
  if (native !== null) return fromNode(native)
  const peer = (await importPeer().catch(() => undefined)) as Argon2Peer | undefined
  if (peer === undefined) {
    throw new KeyboundError(
      'configuration_invalid',
      'Unexpected runtime without Argon2, expected Node 24.7 or later. Install @node-rs/argon2 beside @keybound/server.',
    )
  }
  return fromPeer(peer)
}

/** Not a literal, so that bundlers and type checkers do not ask for a package that may be absent. */
const peerName: string = '@node-rs/argon2'

function fromNode(argon2: typeof crypto.argon2): Argon2id {
  return ({ password, salt, memory, passes, parallelism, length }) =>
    new Promise((resolve, reject) => {
      const input = { message: password, nonce: salt, parallelism, tagLength: length, memory, passes }
      argon2('argon2id', input, (error, hash) => (error ? reject(error) : resolve(hash)))
    })
}

function fromPeer(peer: Argon2Peer): Argon2id {
  // Numbers of the peer's enumerations: Algorithm.Argon2id, Version.V0x13.
  return ({ password, salt, memory, passes, parallelism, length }) =>
    peer.hashRaw(password, {
      memoryCost: memory,
      timeCost: passes,
      parallelism,
      outputLen: length,
      algorithm: 2,
      version: 1,
      salt,
    })
}
