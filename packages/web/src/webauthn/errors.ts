import {
  asKeyboundError,
  cancelled,
  type Failure,
  failure,
  promptBusy,
  promptRefused,
} from '@keybound/client/for-platforms'
import type { KeyboundError } from '@keybound/protocol'
import { explanations } from '../availability.ts'

/** The browser's error names that mean one thing (WebAuthn L3 §5.1.3.1 and §5.1.4.4). */
const meanings: { readonly [name: string]: Failure | undefined } = {
  NotAllowedError: promptRefused,
  AbortError: cancelled,
  // Only making a key can end so: one of excludeCredentials is there.
  InvalidStateError: failure(
    'already_registered',
    'This device already holds a key for this account; sign out and sign in with biometrics.',
  ),
  ConstraintError: failure('unsupported', explanations.noPlatformAuthenticator),
  NotSupportedError: failure(
    'unsupported',
    'This device has no keys of the kind the server takes; sign in with the password.',
  ),
  // Insecure pages never get as far as a prompt.
  SecurityError: failure('origin_mismatch', 'This page is not at the address of its keys; open it there.'),
  // What Chromium says while a prompt of another script or tab is open.
  OperationError: promptBusy,
}

/** The KeyboundError of what a ceremony was rejected with. The original stays as the cause. */
export function translate(cause: unknown): KeyboundError {
  const name = (cause as Partial<Error> | undefined)?.name ?? ''
  return meanings[name]?.({ cause }) ?? asKeyboundError(cause)
}
