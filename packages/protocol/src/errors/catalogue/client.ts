import type { CatalogueEntry } from '../entry.ts'

/** Codes a client raises by itself; no server sends them. */
export const clientErrors = {
  unsupported: {
    status: 0,
    title: 'Not supported here',
    happened: 'This browser or device cannot do what was asked.',
    whatToDo: 'Sign in with the password; ask availability() for the reason before offering biometrics.',
  },
  insecure_context: {
    status: 0,
    title: 'Insecure page',
    happened: 'The page is not served over HTTPS (or from localhost), so the browser offers no keys.',
    whatToDo: 'Open the site over HTTPS.',
  },
  prompt_refused: {
    status: 0,
    title: 'Prompt refused',
    happened:
      'The prompt was cancelled, timed out, or the user could not be verified; browsers do not say which.',
    whatToDo: 'Try again, or sign in with the password.',
  },
  prompt_busy: {
    status: 0,
    title: 'A prompt is open',
    happened: 'Another biometric prompt is open; there is at most one at a time.',
    whatToDo: 'Finish or cancel the open prompt first.',
  },
  aborted: {
    status: 0,
    title: 'Aborted',
    happened: 'The app aborted the call.',
    whatToDo: 'Nothing; call again when it is wanted.',
  },
  platform_failed: {
    status: 0,
    title: 'Device failed',
    happened: 'The browser or device failed in a way Keybound does not know; the cause holds the original.',
    whatToDo: 'Try again; if it stays, sign in with the password and report the cause.',
  },
  network_unreachable: {
    status: 0,
    title: 'Server unreachable',
    happened: 'No answer came from the server.',
    whatToDo: 'Check the connection and try again.',
  },
  server_answer_invalid: {
    status: 0,
    title: 'Server answer not understood',
    happened: 'The server answered with something that is not this protocol.',
    whatToDo: 'Check the server address, and that client and server are of matching versions.',
  },
  not_signed_in: {
    status: 0,
    title: 'Not signed in',
    happened: 'The call needs a session and there is none.',
    whatToDo: 'Sign in first.',
  },
  not_registered: {
    status: 0,
    title: 'Biometrics not turned on',
    happened: 'No credential of this account is registered on this device.',
    whatToDo: 'Sign in with the password and turn biometrics on.',
  },
  already_registered: {
    status: 0,
    title: 'Already turned on',
    happened: 'This device holds a credential of this account already.',
    whatToDo: 'Sign in with it, or turn biometrics off first.',
  },
  storage_failed: {
    status: 0,
    title: 'Storage failed',
    happened: 'The device refused to store or read what the client keeps.',
    whatToDo: 'Free space or leave private browsing; nothing on the server was lost.',
  },
} as const satisfies Record<string, CatalogueEntry>
