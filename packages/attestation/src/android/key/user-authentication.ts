import type { UserAuthenticationPolicy } from '../../policy/android.ts'
import type { AuthorizationList } from '../key-description/authorization-list.ts'
import type { KeyDescription } from '../key-description/key-description.ts'
import { keyRules } from '../rules.ts'
import type { KeyQuestion } from './question.ts'

/** What unlocks the key, as the hardware enforces it. */
export interface UserAuthentication {
  /** False: the key works for whoever runs the app. */
  readonly required: boolean
  /** What unlocks it. `biometric` stands for finger and face: the attestation does not tell them apart. */
  readonly methods: readonly ('biometric' | 'credential')[]
  /** Seconds that one authentication stays good for; undefined: every use needs its own. */
  readonly timeout: number | undefined
}

/** Bits of KeyMint AIDL `HardwareAuthenticatorType`. */
const authenticatorBits = { credential: 1, biometric: 2 } as const
const anyAuthenticator = 0xffffffff

/** Reads what unlocks a key. A type with bits that are not known has no methods. */
export function readUserAuthentication(
  description: KeyDescription,
  enforced: AuthorizationList,
): UserAuthentication {
  const { noAuthRequired, userAuthType = 0, authTimeout } = enforced
  const required = !noAuthRequired && !description.softwareEnforced.noAuthRequired && userAuthType !== 0
  const known = userAuthType === anyAuthenticator || userAuthType <= 3
  const methods = (['biometric', 'credential'] as const).filter(
    (method) => required && known && (userAuthType & authenticatorBits[method]) !== 0,
  )
  return { required, methods, timeout: required ? authTimeout : undefined }
}

/**
 * Judges that the key cannot be used without the authentication the policy asks. Only the hardware list counts:
 * the same tags in the software list are enforced by nobody. A proof key is used without a prompt by design.
 */
export function judgeUserAuthentication(question: KeyQuestion): void {
  const { ledger, description, enforced, role, policy } = question
  const wanted = policy.userAuthentication
  if (wanted === 'any' || role === 'proof') return
  const free = description.hardwareEnforced.noAuthRequired || description.softwareEnforced.noAuthRequired
  ledger.check(
    keyRules.authRequired,
    !free,
    free ? 'a key that needs none (noAuthRequired)' : 'no noAuthRequired',
    'noAuthRequired in neither list',
  )
  const { methods } = readUserAuthentication(description, enforced)
  const fits = methods.length > 0 && methods.every((method) => wanted.methods.includes(method))
  const found = describeType(enforced.userAuthType)
  ledger.check(keyRules.authType, fits, `userAuthType ${found}`, `only ${wanted.methods.join(' or ')}`)
  judgeTimeout(question, wanted)
}

function describeType(type: number | undefined): string {
  if (type === undefined) return 'none in the hardware list'
  return type === anyAuthenticator ? 'any' : String(type)
}

function judgeTimeout({ ledger, enforced }: KeyQuestion, { maxTimeout }: UserAuthenticationPolicy): void {
  const { authTimeout, allowWhileOnBody } = enforced
  const short = authTimeout === undefined || (maxTimeout > 0 && authTimeout <= maxTimeout)
  const found = authTimeout === undefined ? 'authentication for every use' : `authTimeout ${authTimeout} s`
  const expected = maxTimeout > 0 ? `at most ${maxTimeout} s` : 'authentication for every use'
  ledger.check(keyRules.authTimeout, short, found, expected)
  const onBody = allowWhileOnBody === true
  ledger.check(keyRules.onBody, !onBody, onBody ? 'good while on the body' : 'no on-body exception', 'none')
}
