import { type ErrorCode, KeyboundError } from '@keybound/protocol'
import { minorDigits } from '@keybound/protocol/transactions'
import { evidenceCodes } from './evidence/codes.ts'
import type { KeyboundServerOptions, ServerTrust } from './options.ts'
import { defaultPasswordPolicy, type PasswordPolicy } from './password/policy.ts'
import type { AppsPolicy } from './policy/apps.ts'
import { type AmountLimit, defaultPolicy, type PolicyOverrides, type ServerPolicy } from './policy/policy.ts'
import { type Network, parseNetwork } from './throttle/address.ts'

/** The options, checked and completed. */
export interface Configuration {
  readonly publicUrl: string
  readonly policy: ServerPolicy
  readonly passwordPolicy: PasswordPolicy
  readonly trustedProxies: readonly Network[]
}

/**
 * Refuses what is missing, contradictory or unsafe, before the first request: `configuration_invalid`, and
 * `demo_not_loopback` for test trust or demo accounts on an address that others can reach (law 7).
 */
export function checkOptions(options: KeyboundServerOptions): Configuration {
  const url = checkPublicUrl(options.publicUrl)
  const loopback = isLoopback(url.hostname)
  if (options.demo === true) requireLoopback(url)
  checkTrust(options.trust, url)
  if (url.protocol !== 'https:' && !loopback) throw invalid('publicUrl', 'https, or a loopback address')
  if (!/^[a-z0-9._-]{1,64}$/.test(options.realm)) throw invalid('realm', '1 to 64 of a-z 0-9 . _ -')
  checkRelyingParty(options)
  checkTokens(options)
  const policy = resolvePolicy(defaultPolicy, options.policy)
  const passwordPolicy = merge(defaultPasswordPolicy, options.firstFactor?.policy)
  checkPasswordPolicy(passwordPolicy)
  const trustedProxies = (options.trustedProxies ?? []).map((text) => {
    const network = parseNetwork(text)
    if (network === undefined) throw invalid('trustedProxies', 'IP addresses or CIDR ranges')
    return network
  })
  return { publicUrl: url.origin, policy, passwordPolicy, trustedProxies }
}

/** Law 7: trust made for tests stays on addresses that nobody else can reach. Refuses with `demo_not_loopback`. */
export function checkTrust(trust: ServerTrust | undefined, publicUrl: URL): void {
  const { testOnly, android, apple, development } = trust ?? {}
  const believesTests = [testOnly, android?.testOnly, apple?.testOnly].includes(true)
  if (believesTests || development === 'loopback') requireLoopback(publicUrl)
  const known: readonly unknown[] = [undefined, 'loopback', 'anywhere']
  if (!known.includes(development)) throw invalid('trust.development', 'loopback or anywhere')
}

/** A policy with overrides, checked. Refuses with `configuration_invalid`. */
export function resolvePolicy(policy: ServerPolicy, overrides: PolicyOverrides | undefined): ServerPolicy {
  const resolved = merge(policy, overrides, defaultPolicy)
  checkPolicy(resolved)
  return resolved
}

function requireLoopback(url: URL): void {
  if (isLoopback(url.hostname)) return
  throw refuse(
    'demo_not_loopback',
    `publicUrl "${url.origin}"`,
    'a loopback address while demo, trust.testOnly or trust.development is set',
  )
}

function checkPublicUrl(publicUrl: string): URL {
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : undefined
  const isOrigin = url !== undefined && (publicUrl === url.origin || publicUrl === `${url.origin}/`)
  if (!isOrigin || !/^https?:$/.test(url.protocol)) {
    throw invalid('publicUrl', 'an http or https address without a path, such as https://bank.example')
  }
  return url
}

/** RFC 6761 §6.3 for names, RFC 1122 §3.2.1.3 and RFC 4291 §2.5.3 for addresses. */
function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  )
}

/** WebAuthn L3 §5.1.3: the relying party id is the origin's host or a parent domain of it. */
function checkRelyingParty({ relyingParty, origins }: KeyboundServerOptions): void {
  if (relyingParty.id !== relyingParty.id.toLowerCase() || relyingParty.id === '') {
    throw invalid('relyingParty.id', 'a host name in lower case')
  }
  if (relyingParty.name === '') throw invalid('relyingParty.name', 'a name that people see')
  if (origins.length === 0) throw invalid('origins', 'at least one')
  for (const origin of origins) {
    // Origins of apps (android:apk-key-hash:…) have no host; the app's own association binds them.
    if (!/^https?:/.test(origin)) continue
    // URL takes `*` for a host; an origin is one, never a pattern.
    if (!URL.canParse(origin) || new URL(origin).origin !== origin || origin.includes('*')) {
      throw invalid('origins', 'exact origins such as https://bank.example')
    }
    const { hostname } = new URL(origin)
    if (hostname !== relyingParty.id && !hostname.endsWith(`.${relyingParty.id}`)) {
      throw invalid('origins', `hosts within the relying party id "${relyingParty.id}"`)
    }
  }
}

/** RFC 6749 §2.2 for clients; RFC 8707 §2 wants resources to be absolute addresses without fragment. */
function checkTokens({ tokens }: KeyboundServerOptions): void {
  if (tokens === undefined) return
  const { clients, resources = [] } = tokens
  if (clients.length === 0) throw invalid('tokens.clients', 'at least one')
  if (!clients.every((client) => /^[A-Za-z0-9._-]{1,64}$/.test(client))) {
    throw invalid('tokens.clients', 'names of 1 to 64 of A-Z a-z 0-9 . _ -')
  }
  if (tokens.resources?.length === 0) throw invalid('tokens.resources', 'at least one, or none given')
  if (!resources.every((resource) => URL.canParse(resource) && !resource.includes('#'))) {
    throw invalid('tokens.resources', 'absolute addresses such as https://api.bank.example')
  }
}

function checkTokenPolicy({ tokens }: ServerPolicy): void {
  requireRange('tokens.accessTokenLifetime', tokens.accessTokenLifetime, 30, 600)
  requireRange('tokens.proofMaxAge', tokens.proofMaxAge, 10, 60)
  requireRange('tokens.proofClockTolerance', tokens.proofClockTolerance, 0, 60)
  requireRange('tokens.noncePeriod', tokens.noncePeriod, 60, 300)
  if (tokens.proofAlgorithms.length === 0) throw invalid('policy "tokens.proofAlgorithms"', 'at least one')
  for (const [acr, { idle, absolute }] of Object.entries(tokens.sessions)) {
    // Keys of refresh tokens are kept for 90 days after their last use.
    requireRange(`tokens.sessions.${acr}.absolute`, absolute, 60, 7_776_000)
    requireRange(`tokens.sessions.${acr}.idle`, idle, 60, absolute)
  }
}

function checkTransactionPolicy({ transactions }: ServerPolicy): void {
  const { lifetime, open, sessionMaxAge, payeeCoolingOff, limitPeriod, limits } = transactions
  requireRange('transactions.lifetime', lifetime, 10, 300)
  requireRange('transactions.open', open, 1, 100)
  requireRange('transactions.sessionMaxAge', sessionMaxAge, 60, 86_400)
  requireRange('transactions.payeeCoolingOff', payeeCoolingOff, 0, 2_592_000)
  requireRange('transactions.limitPeriod', limitPeriod, 3_600, 2_592_000)
  if (!limits.every(({ on }) => [...levels, 'newPayee'].includes(on))) {
    throw invalid('policy "transactions.limits"', 'on: a level or newPayee; newDevice.limits has the others')
  }
  checkLimits('transactions.limits', limits)
}

function checkLimits(name: string, limits: readonly AmountLimit[]): void {
  for (const { currency, each, total } of limits) {
    if (minorDigits(currency) === undefined) throw invalid(`policy "${name}"`, 'currencies of ISO 4217')
    requireRange(`${name}.each`, each, 0, Number.MAX_SAFE_INTEGER)
    requireRange(`${name}.total`, total, 0, Number.MAX_SAFE_INTEGER)
  }
}

const levels: readonly string[] = ['W', 'L1', 'L2', 'R']

/** What cannot be met by any key, or is misspelt, would only be noticed when nobody can register. */
function checkRegistrationPolicy({ registration, evidence }: ServerPolicy): void {
  const { algorithms, formats, level, android, credentialProtection } = registration
  requireRange('registration.credentialsPerAccount', registration.credentialsPerAccount, 1, 100)
  if (algorithms.length === 0) throw invalid('policy.registration.algorithms', 'at least one')
  if (!levels.includes(level)) throw invalid('policy "registration.level"', levels.join(', '))
  if (credentialProtection !== null) {
    requireRange('registration.credentialProtection', credentialProtection, 1, 3)
  }
  if (!evidence.suspendOn.every((code) => evidenceCodes.includes(code))) {
    throw invalid('policy "evidence.suspendOn"', `codes among ${evidenceCodes.join(', ')}`)
  }
  checkAppsPolicy(registration.apps)
  if (android === null) return
  if (!levels.includes(android.level)) throw invalid('policy "registration.android.level"', levels.join(', '))
  if (!formats.includes('android-key')) {
    throw invalid('policy "registration.formats"', 'android-key among them, as registration.android is given')
  }
  if (android.policy.applications.length === 0) {
    throw invalid('policy "registration.android.policy.applications"', 'your apps: an empty list refuses all')
  }
}

/** A digest or id with a mistake in it would refuse every phone, and only phones would notice. */
function checkAppsPolicy({ android, ios, level, iosLevel, attestation }: AppsPolicy): void {
  const phoneLevels = levels.slice(1)
  for (const [name, value] of Object.entries({ level, iosLevel })) {
    if (!phoneLevels.includes(value)) {
      throw invalid(`policy "registration.apps.${name}"`, phoneLevels.join(', '))
    }
  }
  const digest = /^(?:[0-9a-f]{64}|[0-9a-f]{2}(?::[0-9a-f]{2}){31})$/i
  if (
    !android.every(
      ({ signerDigests }) => signerDigests.length > 0 && signerDigests.every((d) => digest.test(d)),
    )
  ) {
    throw invalid(
      'policy "registration.apps.android"',
      'SHA-256 digests of signing certificates, hexadecimal',
    )
  }
  const isApp = ({ teamId, bundleId }: AppsPolicy['ios'][number]) =>
    /^[A-Z0-9]{10}$/.test(teamId) && /^[A-Za-z0-9.-]{1,155}$/.test(bundleId)
  if (!ios.every(isApp)) {
    throw invalid(
      'policy "registration.apps.ios"',
      'team ids of ten capital letters and digits, and bundle ids',
    )
  }
  if (attestation === 'optional' && level !== 'L1') {
    throw invalid('policy "registration.apps.level"', 'L1, as registration.apps.attestation is optional')
  }
}

function checkRecoveryPolicy({ recovery }: ServerPolicy): void {
  if (recovery === null) return
  if (!levels.includes(recovery.level)) throw invalid('policy "recovery.level"', levels.join(', '))
  requireRange('recovery.maxAge', recovery.maxAge, 60, 900)
}

function checkPolicy(policy: ServerPolicy): void {
  const { challenge, grant, session, throttle, newDevice } = policy
  checkRegistrationPolicy(policy)
  checkTokenPolicy(policy)
  checkTransactionPolicy(policy)
  requireRange('challenge.authenticationLifetime', challenge.authenticationLifetime, 10, 600)
  requireRange('challenge.registrationLifetime', challenge.registrationLifetime, 10, 600)
  if (!['password', 'existingDevice', 'hostProof'].includes(newDevice.requires)) {
    throw invalid('policy "newDevice.requires"', 'password, existingDevice or hostProof')
  }
  requireRange('newDevice.coolingOff', newDevice.coolingOff, 0, 2_592_000)
  checkLimits('newDevice.limits', newDevice.limits)
  requireRange('newDevice.noticeLifetime', newDevice.noticeLifetime, 86_400, 31_536_000)
  checkRecoveryPolicy(policy)
  requireRange('grant.lifetime', grant.lifetime, 10, 300)
  requireRange('session.lifetime', session.lifetime, 60, 86_400)
  requireRange('throttle.deviceLifetime', throttle.deviceLifetime, 60, 34_560_000)
  for (const kind of ['account', 'device', 'network'] as const) {
    const limit = throttle[kind]
    requireRange(`throttle.${kind}.tries`, limit.tries, 1, 10_000)
    requireRange(`throttle.${kind}.delay`, limit.delay, 1, 3_600)
    requireRange(`throttle.${kind}.maxDelay`, limit.maxDelay, limit.delay, 86_400)
    requireRange(`throttle.${kind}.forgetAfter`, limit.forgetAfter, 60, 2_592_000)
  }
}

function checkPasswordPolicy({ argon2, minLength, queue }: PasswordPolicy): void {
  requireRange('argon2.memory', argon2.memory, 8_192, 1_048_576)
  requireRange('argon2.passes', argon2.passes, argon2.memory < 19_456 ? 3 : 1, 16)
  requireRange('argon2.parallelism', argon2.parallelism, 1, 16)
  requireRange('minLength', minLength, 8, 256)
  requireRange('queue.concurrency', queue.concurrency, 1, 64)
  requireRange('queue.waiting', queue.waiting, 0, 10_000)
}

function requireRange(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw invalid(`policy "${name}"`, `a whole number from ${least} to ${most}`)
}

/**
 * A policy with overrides, at any depth. Refuses names the defaults do not have: a misspelt limit is no limit. The
 * defaults also say what is a group; anything else is replaced whole.
 */
function merge<P extends object>(base: P, overrides: PolicyOverrides<P> | undefined, defaults: P = base): P {
  const merged: Record<string, unknown> = { ...(base as Record<string, unknown>) }
  for (const [name, value] of Object.entries(overrides ?? {})) {
    if (!Object.hasOwn(defaults, name)) throw invalid(`policy member "${name}"`, 'only known members')
    if (value === undefined) continue
    const inner = (defaults as Record<string, unknown>)[name]
    const isGroup = typeof inner === 'object' && inner !== null && !Array.isArray(inner)
    merged[name] = isGroup ? merge(merged[name] as object, value as PolicyOverrides<object>, inner) : value
  }
  return merged as P
}

function invalid(what: string, expected: string): KeyboundError {
  return refuse('configuration_invalid', what, expected)
}

function refuse(code: ErrorCode, what: string, expected: string): KeyboundError {
  return new KeyboundError(code, `Unexpected ${what}, expected ${expected}. Correct the server options.`)
}
