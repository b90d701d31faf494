import { timingSafeEqual } from 'node:crypto'
import { KeyboundError } from '@keybound/protocol'
import type { Argon2id } from './argon2.ts'
import { formatPhc, type PasswordHash, parsePhc } from './phc.ts'
import type { PasswordPolicy } from './policy.ts'
import { passwordBytes } from './username.ts'

/** Hashes and compares passwords. The caller bounds how many run at a time. */
export interface PasswordHasher {
  /** A PHC string with the policy's parameters and a fresh salt. */
  hash(password: string): Promise<string>
  /**
   * Compares with a stored PHC string. Without one the same work is done against a hash that nothing equals, so that
   * time does not tell whether the user exists (attack F01).
   */
  verify(password: string, stored: string | undefined): Promise<PasswordVerdict>
}

export interface PasswordVerdict {
  readonly right: boolean
  /** The stored hash was made with less work than the policy asks for now. */
  readonly outdated: boolean
}

const saltLength = 16
const hashLength = 32

export function createHasher(
  argon2id: Argon2id,
  parameters: PasswordPolicy['argon2'],
  randomBytes: (length: number) => Uint8Array,
): PasswordHasher {
  const { memory, passes, parallelism } = parameters
  const nobody = { memory, passes, parallelism, salt: randomBytes(saltLength), hash: randomBytes(hashLength) }

  const compute = (password: string, { salt, hash, ...work }: PasswordHash) =>
    argon2id({ password: passwordBytes(password), salt, length: hash.length, ...work })

  return {
    async hash(password) {
      const blank = {
        memory,
        passes,
        parallelism,
        salt: randomBytes(saltLength),
        hash: new Uint8Array(hashLength),
      }
      return formatPhc({ ...blank, hash: await compute(password, blank) })
    },
    async verify(password, stored) {
      const known = stored === undefined ? nobody : parsePhc(stored)
      if (known === undefined) throw unreadableHash()
      const equal = timingSafeEqual(await compute(password, known), known.hash)
      const weaker = known.memory * known.passes < memory * passes || known.memory < memory
      return { right: equal && stored !== undefined, outdated: weaker }
    },
  }
}

function unreadableHash(): KeyboundError {
  return new KeyboundError(
    'store_unavailable',
    'Unexpected password hash in the store, expected a PHC string of Argon2id. Restore the row from a backup.',
  )
}
