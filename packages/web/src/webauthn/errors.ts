import { type ErrorCode, KeyboundError } from '@keybound/protocol'
import { explanations } from '../availability.ts'

type Meaning = readonly [ErrorCode, string]

/** What a prompt without an answer means. */
export const refused: Meaning = [
  'prompt_refused',
  'The prompt was cancelled, timed out, or did not recognise you; try again, or sign in with the password.',
]

/** The browser's error names that mean one thing (WebAuthn L3 §5.1.3.1 and §5.1.4.4). */
const meanings: { readonly [name: string]: Meaning | undefined } = {
  NotAllowedError: refused,
  AbortError: ['aborted', 'The call was cancelled; start it again when you want it.'],
  // Only making a key can end so: one of excludeCredentials is there.
  InvalidStateError: [
    'already_registered',
    'This device already holds a key for this account; sign out and sign in with biometrics.',
  ],
  ConstraintError: ['unsupported', explanations.noPlatformAuthenticator],
  NotSupportedError: [
    'unsupported',
    'This device has no keys of the kind the server takes; sign in with the password.',
  ],
  // Insecure pages never get as far as a prompt.
  SecurityError: [
    'origin_mismatch',
    'This page is not at the address its keys belong to; open the site at its own address.',
  ],
  // What Chromium says while a prompt of another script or tab is open.
  OperationError: ['prompt_busy', 'Another prompt is open; finish or cancel that one first.'],
}

/** The KeyboundError of what a ceremony was rejected with. The original stays as the cause. */
export function translate(error: unknown): KeyboundError {
  if (error instanceof KeyboundError) return error
  const name = error instanceof Error ? error.name : typeof error
  const [code, message] = meanings[name] ?? [
    'platform_failed',
    `The browser failed (${name}); try again, or sign in with the password.`,
  ]
  return new KeyboundError(code, message, { cause: error })
}
