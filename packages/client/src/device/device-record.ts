import { nullable, oneOf, optional, shape, text, whole } from '../read.ts'
import { id } from '../transport/answers.ts'

/** What this device remembers of one account's credential. Nothing in it is secret. */
export interface DeviceRecord {
  readonly account: string
  /** Base64url. */
  readonly credentialId: string
  /** The relying party the credential belongs to. */
  readonly rpId: string
  /** What the server calls the user, or `null` when this device never learnt it. */
  readonly name: string | null
  /** Rises with every use of a credential on this device: the highest was used last. */
  readonly order: number
  /** A session lies sealed in the account's vault on this device. */
  readonly sealed?: true | undefined
}

/** Reads one. */
export const deviceRecord = shape<DeviceRecord>({
  account: text,
  credentialId: id,
  rpId: text,
  name: nullable(text),
  order: whole,
  sealed: optional(oneOf(true as const)),
})
