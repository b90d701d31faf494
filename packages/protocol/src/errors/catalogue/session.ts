import type { CatalogueEntry } from '../entry.ts'

/** Codes about passwords, sessions, grants and challenges. */
export const sessionErrors = {
  password_wrong: {
    status: 401,
    title: 'Wrong username or password',
    happened: 'No account has this username with this password; which of the two is wrong is never said.',
    whatToDo: 'Check both and try again.',
  },
  password_unacceptable: {
    status: 400,
    title: 'Password unacceptable',
    happened: 'The new password is too short, too long or too obvious.',
    whatToDo: 'Choose a longer one; a few words that do not belong together are enough.',
  },
  username_unacceptable: {
    status: 400,
    title: 'User name unacceptable',
    happened: 'The user name or display name is empty, too long or holds invisible characters.',
    whatToDo: 'Use 1 to 64 visible characters.',
  },
  username_taken: {
    status: 409,
    title: 'User name taken',
    happened: 'An account with this user name exists and has another password.',
    whatToDo: 'Choose another user name.',
  },
  session_required: {
    status: 401,
    title: 'Session required',
    happened: 'The request carries no session, or one the server does not know.',
    whatToDo: 'Sign in and send the session in the Authorization header.',
  },
  session_expired: {
    status: 401,
    title: 'Session expired',
    happened: 'The session has reached its end.',
    whatToDo: 'Sign in again.',
  },
  grant_required: {
    status: 403,
    title: 'Registration grant required',
    happened: 'Registering a key needs a grant from a fresh primary sign-in, and none was sent.',
    whatToDo: 'Sign in with the password and register within five minutes.',
  },
  grant_invalid: {
    status: 403,
    title: 'Registration grant invalid',
    happened: 'The registration grant was not made by this server for this account and session.',
    whatToDo: 'Sign in with the password to get a grant.',
  },
  grant_expired: {
    status: 403,
    title: 'Registration grant expired',
    happened: 'The primary sign-in behind this grant is too long ago.',
    whatToDo: 'Sign in with the password again and register at once.',
  },
  grant_used: {
    status: 403,
    title: 'Registration grant used',
    happened: 'The grant has registered a key already; each grant serves once.',
    whatToDo: 'Sign in with the password again for another key.',
  },
  challenge_invalid: {
    status: 400,
    title: 'Challenge invalid',
    happened: 'The challenge that was signed was not made by this server.',
    whatToDo: 'Ask for new options and sign those.',
  },
  challenge_expired: {
    status: 400,
    title: 'Challenge expired',
    happened: 'The challenge was signed or sent too late.',
    whatToDo: 'Ask for new options and sign them at once.',
  },
  challenge_used: {
    status: 409,
    title: 'Challenge used',
    happened: 'The challenge has been answered already; each challenge serves once.',
    whatToDo: 'Ask for new options.',
  },
  challenge_purpose_mismatch: {
    status: 400,
    title: 'Challenge of another purpose',
    happened: 'The challenge was issued for another purpose than the one it was sent for.',
    whatToDo: 'Ask for the options of this very step.',
  },
  challenge_account_mismatch: {
    status: 400,
    title: 'Challenge of another account',
    happened: 'The challenge was issued for another account.',
    whatToDo: 'Ask for options for the account that signs.',
  },
  challenge_realm_mismatch: {
    status: 400,
    title: 'Challenge of another realm',
    happened: 'The challenge was issued for another tenant or application of this server.',
    whatToDo: 'Ask for options from the realm you sign in to.',
  },
} as const satisfies Record<string, CatalogueEntry>
