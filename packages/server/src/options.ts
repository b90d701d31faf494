import type { AppleTrust, TrustOptions } from '@keybound/attestation'
import type { EventListener } from './events/events.ts'
import type { KeyProvider } from './keys/contract.ts'
import type { PasswordPolicy } from './password/policy.ts'
import type { PolicyOverrides } from './policy/policy.ts'
import type { Store } from './store/contract.ts'
import type { TransactionOptions } from './transactions/declaration.ts'

/** Everything a server depends on, said explicitly. `createKeyboundServer` refuses contradictions at start. */
export interface KeyboundServerOptions {
  /** Where clients reach this server, without a path: `https://bank.example`. Never derived from a request. */
  readonly publicUrl: string
  /** Names this tenant or application: 1 to 64 of `a-z 0-9 . _ -`. Part of every key, challenge and token. */
  readonly realm: string
  readonly relyingParty: {
    /** WebAuthn relying party id: the host of every web origin, or a parent domain of all of them. */
    readonly id: string
    /** Shown by authenticators. */
    readonly name: string
  }
  /** Exact origins of the pages and apps that may call and register, such as `https://bank.example`. */
  readonly origins: readonly string[]
  readonly store: Store
  readonly keys: KeyProvider
  /** How users sign in before they have a key. Default: the password module with its default policy. */
  readonly firstFactor?: PasswordFirstFactor
  /** Turns the token endpoint on. Default: none, for hosts with sessions of their own. */
  readonly tokens?: TokenOptions
  /** Turns transactions on: what users approve, and what happens then. Default: none. */
  readonly transactions?: TransactionOptions
  /** Overrides of `defaultPolicy`. */
  readonly policy?: PolicyOverrides
  /** Trust anchors for attested keys. Default: those that the packages ship, for phones. */
  readonly trust?: ServerTrust
  /** Allows demo accounts, on a loopback address only (law 7). The store is marked for ever. Default false. */
  readonly demo?: boolean
  /** Addresses or CIDR ranges of proxies whose `X-Forwarded-For` is believed. Default: none. */
  readonly trustedProxies?: readonly string[]
  readonly onEvent?: EventListener
  /** Milliseconds since the Unix epoch. Default: the system clock. */
  readonly now?: () => number
  /** That many random bytes. Default: the system's generator. */
  readonly randomBytes?: (length: number) => Uint8Array
}

/**
 * Whom a server believes. It is read anew for every registration: a getter for `android` keeps its status list young (see
 * docs/devices.md).
 */
export interface ServerTrust extends TrustOptions {
  /** For App Attest. Default: Apple's root. */
  readonly apple?: AppleTrust
  /**
   * Registers phones that prove nothing too, such as emulators, simulators and debug builds of the configured apps: at
   * `L1` at most, for 24 hours, never promoted. `loopback`: the server refuses to start on another address. `anywhere`:
   * for a server that only developers reach. Default: none.
   */
  readonly development?: 'loopback' | 'anywhere'
}

/** Who may get access tokens, and for what. How long they last is policy. */
export interface TokenOptions {
  /** `client_id` of each app (RFC 6749 §2.2): public names, 1 to 64 of `A-Z a-z 0-9 . _ -`. */
  readonly clients: readonly string[]
  /**
   * Names of the resources (`aud`, RFC 9068 §5), absolute addresses such as `https://api.bank.example`. The first is
   * the default of a request that names none. Default: `publicUrl` alone.
   */
  readonly resources?: readonly string[]
}

/** The password module as first factor. */
export interface PasswordFirstFactor {
  readonly kind: 'password'
  /** Overrides of `defaultPasswordPolicy`. */
  readonly policy?: PolicyOverrides<PasswordPolicy>
}
