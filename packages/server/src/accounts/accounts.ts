import { KeyboundError } from '@keybound/protocol'
import { newOperationId, type ServerContext } from '../internal/context.ts'
import { isObvious } from '../password/obvious.ts'
import type { Passwords } from '../password/sign-in.ts'
import { normaliseUsername } from '../password/username.ts'

export interface NewAccount {
  /** 1 to 64 characters, compared in NFKC and lower case. */
  readonly username: string
  /**
   * At least `PasswordPolicy.minLength` characters, at most 1,024, and not made of three common words, runs or years
   * or fewer. Passwords known from breaches (OWASP ASVS 5.0 §6.2.12) are for the host to look up before.
   */
  readonly password: string
  /** Shown by authenticators. Default: the user name. At most 64 characters. */
  readonly displayName?: string
}

/** Accounts of the password module, for the host's own sign-up and for seeding. No path of the API leads here. */
export interface Accounts {
  /**
   * Creates an account under a fresh opaque id. With a user name and password that are there already it answers the
   * account that has them and changes nothing, so seeding can be repeated.
   *
   * Rejects `username_taken` (another password), `username_unacceptable`, `password_unacceptable`, `overloaded`.
   */
  create(account: NewAccount): Promise<{ readonly account: string }>
}

export function createAccounts(context: ServerContext, passwords: Passwords): Accounts {
  async function create({ username, password, displayName = username }: NewAccount) {
    const normalised = normaliseUsername(username)
    if (normalised === undefined) throw usernameUnacceptable('expected 1 to 64 visible characters')
    if (!isDisplayName(displayName))
      throw usernameUnacceptable('expected a display name of 1 to 64 visible characters')
    checkPassword(password, normalised, context.realm, passwords.minLength)
    const place = passwords.queue.enter()
    try {
      await place.turn()
      return await createOrFind(context, passwords, normalised, password, displayName)
    } finally {
      place.leave()
    }
  }
  return { create }
}

async function createOrFind(
  context: ServerContext,
  { hasher }: Passwords,
  username: string,
  password: string,
  displayName: string,
): Promise<{ readonly account: string }> {
  const { realm, store, now, randomBytes } = context
  const existing = await store.findPassword(realm, username)
  if (existing === undefined) {
    const account = Buffer.from(randomBytes(16)).toString('base64url')
    const record = { account, username, displayName, passwordHash: await hasher.hash(password) }
    const saved = await store.savePassword({
      realm,
      operationId: newOperationId(context),
      now: now(),
      password: record,
    })
    if (saved === 'saved') {
      context.emit({ type: 'account.created', account })
      return { account }
    }
  }
  // There before, or just created by another process.
  const winner = existing ?? (await store.findPassword(realm, username))
  const { right } = await hasher.verify(password, winner?.passwordHash)
  if (winner === undefined || !right) {
    throw new KeyboundError(
      'username_taken',
      'Unexpected user name that exists, expected a new one. Choose another.',
    )
  }
  return { account: winner.account }
}

/** NIST SP 800-63B-4 §3.1.1.2: length counts, composition does not; the obvious is refused. */
function checkPassword(password: string, username: string, realm: string, minLength: number): void {
  const length = [...password.normalize('NFC')].length
  if (length < minLength) throw passwordUnacceptable(`${length} characters, expected at least ${minLength}`)
  if (password.length > 1024) throw passwordUnacceptable('length, expected at most 1,024 characters')
  if (password.toLowerCase().includes(username) && length - username.length < 8) {
    throw passwordUnacceptable('user name in the password, expected something else')
  }
  if (isObvious(password, [username, realm])) {
    throw passwordUnacceptable(
      'common words, years or runs over the keyboard, expected more than three of them',
    )
  }
}

function isDisplayName(text: string): boolean {
  return text.length > 0 && text.length <= 64 && !/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u.test(text)
}

function passwordUnacceptable(found: string): KeyboundError {
  return new KeyboundError(
    'password_unacceptable',
    `Unexpected ${found}. Choose a longer, less obvious password.`,
  )
}

function usernameUnacceptable(expected: string): KeyboundError {
  return new KeyboundError('username_unacceptable', `Unexpected user name, ${expected}. Choose another.`)
}
