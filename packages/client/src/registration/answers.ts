import type { CredentialJSON, RegistrationAnswer, RegistrationOptionsJSON } from '@keybound/protocol'
import { listOf, nullable, oneOf, type Reader, shape, text, whatever, whole } from '../read.ts'
import { challenge, credentials, id, levels, timeout, userVerification } from '../transport/answers.ts'

/** Text that may be empty. */
const anyText: Reader<string> = (value, at) => (value === '' ? '' : text(value, at))
const flag = oneOf(true, false)

/** Answer of a registration. */
export const registrationAnswer = shape<RegistrationAnswer>({
  credential: shape<CredentialJSON>({
    id,
    name: anyText,
    level: oneOf(...levels),
    platform: oneOf('web', 'android', 'ios'),
    current: flag,
    backupEligible: flag,
    backedUp: flag,
    transports: listOf(text),
    createdAt: whole,
    lastUsedAt: nullable(whole),
    probationUntil: nullable(whole),
    expiresAt: nullable(whole),
  }),
})

/** Options of a registration. What the client does not look at goes to the authenticator as it came. */
export const registrationOptions = whatever<RegistrationOptionsJSON, unknown>(
  shape({
    rp: shape({ id: text, name: text }),
    user: shape({ id, name: text, displayName: anyText }),
    challenge,
    pubKeyCredParams: listOf(shape({ type: oneOf('public-key') })),
    timeout,
    excludeCredentials: credentials,
    authenticatorSelection: shape({ userVerification }),
  }),
)
