import type { AndroidKeyPolicy, CredentialProtection, StatementFormat } from '@keybound/attestation'
import type { Acr, AssuranceLevel, CoseAlgorithm, DpopAlgorithm } from '@keybound/protocol'
import type { EvidenceCode } from '../evidence/codes.ts'
import { defaultSessionLimits, type LimitsByAcr } from '../tokens/refresh/limits.ts'
import { type AppsPolicy, defaultAppsPolicy } from './apps.ts'

/** All times are whole seconds. */
export interface ServerPolicy {
  readonly challenge: {
    /** Default 120, at most 600. */
    readonly authenticationLifetime: number
    /** Default 300, at most 600. */
    readonly registrationLifetime: number
  }
  readonly grant: {
    /** From the primary sign-in to the registration. Default 300, which is also the most. */
    readonly lifetime: number
  }
  readonly session: {
    /**
     * Absolute, of opaque sessions, which know no idle limit; those that tokens refresh have both. Default 43,200 (12 h,
     * NIST SP 800-63B-4 §2.3 AAL3), at most 86,400 (AAL2).
     */
    readonly lifetime: number
  }
  readonly registration: {
    /** Offered algorithms, preferred first. Default ES256, EdDSA, RS256. */
    readonly algorithms: readonly CoseAlgorithm[]
    /** Statement formats that are accepted. Default `none` and `packed`. */
    readonly formats: readonly StatementFormat[]
    /**
     * `trusted`: a configured root must stand behind the key. `any`: certificates that lead to no root pass too, at
     * level `W`. Default `optional`: none and self attestation pass, certificates must lead to a root if there are any.
     */
    readonly attestation: 'optional' | 'trusted' | 'any'
    /** Lowest level that must be proven. Default `W`. */
    readonly level: AssuranceLevel
    /** How many statements of a `compound` must hold. Default `all`. */
    readonly compound: 'all' | 'any'
    /**
     * Of plain WebAuthn: what `android-key` attestations must show, applications included, and the level they then prove: start from
     * `androidPolicies`. Wants `android-key` among `formats`. Default null: a genuine hardware key is level `W`.
     */
    readonly android: { readonly policy: AndroidKeyPolicy; readonly level: AssuranceLevel } | null
    /** Phones with the native parts of Keybound, which bring evidence for three keys. Default: no app registers. */
    readonly apps: AppsPolicy
    /** Lowest credProtect level (CTAP 2.2 §12.1); asked for, and refused where it is not applied. Default null: any. */
    readonly credentialProtection: CredentialProtection | null
    /** Default `platform`: the key of this very device. `any` also takes security keys and other phones. */
    readonly authenticators: 'platform' | 'any'
    /** Default `preferred`. `required` makes sign-in without naming the account certain to work. */
    readonly residentKey: 'required' | 'preferred' | 'discouraged'
    /** Most credentials of one account. Default 20, at most 100. */
    readonly credentialsPerAccount: number
  }
  readonly newDevice: {
    /**
     * What must stand behind a new key. `password` (default): the password is enough. `existingDevice`: a device of the
     * account, or the host, vouches for it; the first key of an account needs neither. `hostProof`: the same, the first key
     * included. A password is asked for in any case.
     */
    readonly requires: NewDeviceProof
    /**
     * Seconds for which a new key is on probation when a password alone stands behind it. Default 86,400 (one day), 0 to
     * 2,592,000.
     */
    readonly coolingOff: number
    /**
     * Most that a key on probation may move, beside the limits on its level. Default: none. Without a limit in the currency
     * it moves nothing.
     */
    readonly limits: readonly AmountLimit[]
    /** Seconds for which the account's other devices are told of it. Default 7,776,000 (90 days), 86,400 to 31,536,000. */
    readonly noticeLifetime: number
  }
  /**
   * Recovery keys of accounts, for sealed data that is to outlive a device: to whom what is wrapped to one is released.
   * Whoever holds the server's keys can compute them, so only data that the server may know in the worst case belongs
   * under one. Default null: none.
   */
  readonly recovery: {
    /** Lowest level of the registered credential that asks. Start from `L2`. */
    readonly level: AssuranceLevel
    /** Most seconds since it signed in. 60 to 900. */
    readonly maxAge: number
  } | null
  readonly evidence: {
    /**
     * Refusals for which judging evidence again also closes sign-in by the credential, with that code. Default none:
     * a refusal lowers the level, and limits and step-up see to the rest.
     */
    readonly suspendOn: readonly EvidenceCode[]
  }
  readonly authentication: {
    /** What a signature counter that does not rise means. Default `refuse`. */
    readonly signCount: 'refuse' | 'report'
  }
  readonly tokens: {
    /** Default 300, 30 to 600. Until then a revoked session may still reach resource servers without the store. */
    readonly accessTokenLifetime: number
    /** How long a session can be refreshed, by how the user signed in. Default `defaultSessionLimits`. */
    readonly sessions: LimitsByAcr
    /**
     * Levels at which access tokens are bound to the proof key, so that every call touches the hardware. Default none.
     */
    readonly proofKeyOnly: readonly Acr[]
    /** Algorithms of DPoP proofs. Default ES256. */
    readonly proofAlgorithms: readonly DpopAlgorithm[]
    /** Seconds a proof may be old. Default 60, 10 to 60. */
    readonly proofMaxAge: number
    /** Seconds a client's clock may be ahead. Default 60, which is also the most. */
    readonly proofClockTolerance: number
    /** Seconds until a new nonce is given out. Default 300, 60 to 300: the keys of nonces live for twice as long. */
    readonly noncePeriod: number
  }
  readonly transactions: {
    /** Seconds in which a transaction may be approved. Default 300, which is also the most (RTS 2018/389 Art. 4). */
    readonly lifetime: number
    /** Most transactions of one account that wait at once. Default 5, 1 to 100. */
    readonly open: number
    /** Most seconds since the sign-in behind the session that sends an approval. Default 900, 60 to 86,400. */
    readonly sessionMaxAge: number
    /** Seconds for which a payee is new, from the first approval on. Default 86,400, 0 to 2,592,000. */
    readonly payeeCoolingOff: number
    /** Seconds over which `total` of the limits counts. Default 86,400, 3,600 to 2,592,000. */
    readonly limitPeriod: number
    /**
     * Most that may be moved. Default: none. Without a limit in the currency, keys of level `W` and payments to new payees
     * move nothing; keys of `L1`, `L2` and `R` are then not limited. `newDevice.limits` holds for keys on probation.
     */
    readonly limits: readonly TransactionLimit[]
  }
  readonly throttle: {
    /**
     * Tries of one account from devices it does not know. Default 5 tries, then 30 s doubling to 1 h: at most 34 on the
     * first day and 24 on every further one. It never closes for good, because then anybody could lock anybody out
     * (attack F04); who must stop at 100 failures in a row (NIST SP 800-63B-4 §3.2.2) raises `maxDelay`
     * and counts `password.refused` events.
     */
    readonly account: ThrottleLimit
    /** Tries of one account from one device that signed in before. Default as `account`. */
    readonly device: ThrottleLimit
    /** Tries from one IPv4 address or IPv6 /64, all accounts together. Default 100, then 1 s doubling to 60 s. */
    readonly network: ThrottleLimit
    /** How long a device is remembered. Default 34,560,000 (400 days). */
    readonly deviceLifetime: number
  }
}

/** What stands behind a new key, see `newDevice.requires`. */
export type NewDeviceProof = 'password' | 'existingDevice' | 'hostProof'

/** A limit in one currency. Of several that apply, the strictest counts. */
export interface AmountLimit {
  /** ISO 4217. */
  readonly currency: string
  /** Most of one transaction, in minor units. */
  readonly each: number
  /** Most of all of the account over `transactions.limitPeriod`. */
  readonly total: number
}

/** What a limit holds for. `total` of `newPayee` is of those that pay somebody new, over `payeeCoolingOff`. */
export interface TransactionLimit extends AmountLimit {
  /** A level of the key that signs, or a transaction that pays somebody new (`newPayee`). */
  readonly on: AssuranceLevel | 'newPayee'
}

/** Budget of tries: after `tries`, each further one waits, first `delay`, then twice as long, up to `maxDelay`. */
export interface ThrottleLimit {
  readonly tries: number
  readonly delay: number
  readonly maxDelay: number
  /** Seconds without a try after which all is forgotten. */
  readonly forgetAfter: number
}

/** Some members of a policy, at any depth; the rest are the defaults. What may be null is given whole. */
export type PolicyOverrides<P = ServerPolicy> = {
  readonly [K in keyof P]?: null extends P[K]
    ? P[K]
    : P[K] extends readonly unknown[] | string | number
      ? P[K]
      : PolicyOverrides<P[K]>
}

/** Sources: NIST SP 800-63B-4 §2.3 and §3.2.2, OWASP ASVS 5.0 §6.3.1 and §7.3. */
export const defaultPolicy: ServerPolicy = {
  challenge: { authenticationLifetime: 120, registrationLifetime: 300 },
  grant: { lifetime: 300 },
  session: { lifetime: 43_200 },
  registration: {
    algorithms: [-7, -8, -257],
    formats: ['none', 'packed'],
    attestation: 'optional',
    level: 'W',
    compound: 'all',
    android: null,
    apps: defaultAppsPolicy,
    credentialProtection: null,
    authenticators: 'platform',
    residentKey: 'preferred',
    credentialsPerAccount: 20,
  },
  newDevice: { requires: 'password', coolingOff: 86_400, limits: [], noticeLifetime: 7_776_000 },
  recovery: null,
  evidence: { suspendOn: [] },
  authentication: { signCount: 'refuse' },
  tokens: {
    accessTokenLifetime: 300,
    sessions: defaultSessionLimits,
    proofKeyOnly: [],
    proofAlgorithms: ['ES256'],
    proofMaxAge: 60,
    proofClockTolerance: 60,
    noncePeriod: 300,
  },
  transactions: {
    lifetime: 300,
    open: 5,
    sessionMaxAge: 900,
    payeeCoolingOff: 86_400,
    limitPeriod: 86_400,
    limits: [],
  },
  throttle: {
    account: { tries: 5, delay: 30, maxDelay: 3_600, forgetAfter: 86_400 },
    device: { tries: 5, delay: 30, maxDelay: 3_600, forgetAfter: 86_400 },
    network: { tries: 100, delay: 1, maxDelay: 60, forgetAfter: 900 },
    deviceLifetime: 34_560_000,
  },
}
