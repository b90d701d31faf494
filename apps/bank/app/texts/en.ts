import type { Failure } from './error-text.ts'

const again = 'Sign in with your password, then turn biometrics on again.'

/** A thing that lies on the device: what, where, and what guards it. */
export interface StoredThing {
  readonly what: string
  readonly where: string
  readonly guard: string
}

/** Every word of the app, in English. The other languages have the same shape. */
export const en = {
  name: 'Keybound Bank',
  language: 'English',
  username: 'Username',
  password: 'Password',
  signIn: 'Sign in',
  signInLead: 'With your password once. From then on, a touch unlocks a key on this device.',
  signInBiometrics: 'Sign in with biometrics',
  signInMissing: 'Enter your user name and your password.',
  or: 'or',
  demo: 'Demo: ada or grace, with the password',
  sessionOver: 'You were signed out. One touch signs you in again.',
  turnedOff: 'Biometrics are off and the key of this device is gone. Your password still signs you in.',
  offer: 'One touch from now on',
  offerLead:
    'This device makes a key that only your finger, face or screen lock unlocks. Your password stays at home.',
  offerAgain: 'The old key of this device no longer opens. Make a new one now; it takes one touch.',
  offerPoints: [
    'The key never leaves this device.',
    'Every payment is signed with it: nobody can change the amount or the payee.',
    'You can remove it at any time in the settings.',
  ],
  turnOn: 'Turn on biometrics',
  turnOff: 'Turn off biometrics',
  notNow: 'Not now',
  locked: 'Locked',
  /** The name is empty where this device never learnt it. */
  lockedLead: (name: string) => `Welcome back${name && `, ${name}`}. One touch opens your account.`,
  whose: 'Whose account?',
  unlock: 'Unlock',
  usePassword: 'Use password',
  lock: 'Lock',
  settings: 'Settings',
  back: 'Back',
  balance: 'Balance',
  accountNumber: 'Account',
  movements: 'Movements',
  noMovements: 'Nothing yet.',
  sendMoney: 'Send money',
  sendLead: 'You see once more what you sign before anything happens.',
  needsKey: 'Payments are signed with a key of this device. Turn on biometrics first.',
  to: 'To',
  toHint: 'A name, such as Grace Hopper',
  amount: 'Amount',
  amountHint: 'Euros, such as 12.50',
  reference: 'Reference',
  referenceHint: 'Optional',
  review: 'Review',
  reviewLead: 'Your touch signs exactly this, and nothing else.',
  confirm: 'Confirm with biometrics',
  cancel: 'Cancel',
  expires: (time: string) => `To be confirmed by ${time}.`,
  sent: 'Payment sent',
  sentLead: 'You signed it, the bank carried it out, and the receipt proves both.',
  saveReceipt: 'Save receipt',
  verifyReceipt: 'Verify receipt',
  verified: (time: string) =>
    `Genuine: approved on ${time} with a key of your account, and confirmed by the bank.`,
  notVerified: 'This receipt is not what it says. Keep it and call the bank.',
  done: 'Done',
  amountWrong: 'Enter an amount such as 12.50.',
  toMissing: 'Enter who gets the money.',
  limitReached: (fresh: readonly [string, string], later: readonly [string, string]) =>
    `This is more than the key may pay now. Send less: a new key pays at most ${fresh[0]} at a time and ${fresh[1]} a day, a browser’s key never more than ${later[0]} and ${later[1]}.`,
  payeeLimitReached: ([each, total]: readonly [string, string]) =>
    `This payee is new to you. Send at most ${each} at a time and ${total} a day to new payees; from tomorrow on it is known.`,
  refused: {
    balanceTooLow: 'Your balance does not cover this amount. Enter a smaller one.',
    ownAccount: 'This is your own account. Enter somebody else.',
    text: 'Name or reference holds a hidden character, or letters of two alphabets in one word, and cannot be signed. Type it anew, with letters and digits.',
    transaction_open_limit_reached:
      'Too many payments were begun and not confirmed. Try again in five minutes.',
    other: 'The bank does not take this payment now. Try again in five minutes.',
  },
  devices: 'Devices',
  devicesLead: 'Keys that may sign for your account.',
  noDevices: 'No device has a key of your account.',
  thisDevice: 'This device',
  lastUse: (time: string) => `Last used ${time}`,
  neverUsed: 'Not used yet',
  added: (day: string) => `added ${day}`,
  remove: 'Remove',
  levels: {
    R: 'Hardware key, proven, with the strongest checks of the system',
    L2: 'Hardware key, proven; only your biometric opens it',
    L1: 'Key of an app; its hardware was not proven',
    W: 'Key of a browser; its hardware was not proven, so limits are lower',
  },
  probation: (time: string, [each, total]: readonly [string, string]) =>
    `New: until ${time} it pays at most ${each} at a time and ${total} a day. This protects you if somebody else knows your password.`,
  newDevice: 'New key',
  goneDevice: 'Key removed',
  noticeAdded: (name: string, time: string) =>
    `A key was added on “${name}”, ${time}. If that was not you, remove it and call the bank.`,
  noticeRemoved: (name: string, time: string) => `The key of “${name}” was removed, ${time}.`,
  gotIt: 'Got it',
  touchFailed: 'Did the touch not work?',
  touchFailedLead:
    'If the key of this device is gone or no longer opens, make a new one. It takes the place of the old one.',
  newKey: 'Make a new key',
  biometrics: 'Biometrics on this device',
  biometricsOn: 'On. A touch opens the app and signs payments.',
  biometricsOff: 'Off. Turn them on to open the app with a touch and to send money.',
  biometricsAgain:
    'Sign out and in with the password to turn biometrics on: each such sign-in is good for one key, within five minutes.',
  stored: 'Stored on this device',
  storedLead: 'No password, no balance and no payment is kept here.',
  storedThings: {
    key: {
      what: 'Signing key',
      where: 'In the authenticator of this device, which never gives it away.',
      guard: 'Used with your finger, face or screen lock, each time.',
    },
    sealed: {
      what: 'Session',
      where: 'In this app’s storage, encrypted with AES-256-GCM.',
      guard: 'Opened by your touch: the signing key’s authenticator gives the key for it.',
    },
    unsealed: {
      what: 'Session',
      where: 'In memory only.',
      guard: 'Gone when you lock or close the app.',
    },
    proof: {
      what: 'Proof key',
      where: 'In the key store of this device, where nothing can read it.',
      guard: 'Used by this app without a touch: a copied session is worth nothing elsewhere.',
    },
    names: (names: readonly string[]) => ({
      what: `User name and name of the key: ${names.join(', ')}`,
      where: 'In this app’s storage, in clear.',
      guard: 'No secret: it tells the app whom to ask.',
    }),
    mark: {
      what: 'Mark of this device',
      where: 'In this app’s storage, in clear.',
      guard: 'Signs nobody in: it spares you waiting when others mistype your password.',
    },
  },
  signOut: 'Sign out',
  signOutEverywhere: 'Sign out everywhere',
  signOutEverywhereLead: 'Ends every session of your account, on this device too. Keys stay.',
  languages: 'Language',
  tryAgain: 'Try again',
  mishap: 'The app made a mistake and stopped. What you did not confirm did not happen. Open it again.',
  openAgain: 'Open again',
  /** For what the table below has no words for; the code is what the bank's help desk asks for. */
  failed: (code: string) =>
    `That did not work. Try again in a moment; if it stays so, tell the bank: ${code}`,
  errors: {
    password_wrong: 'User name or password is not right. Try again.',
    too_many_attempts: 'Too many tries. Wait a moment, then try again.',
    network_unreachable: 'The bank cannot be reached. Check your connection and try again.',
    server_answer_invalid: 'The bank answered something unexpected. Try again later.',
    overloaded: 'The bank cannot do this at the moment. Try again in a minute.',
    invalid_request: 'The bank cannot take what was entered. Check it and try again.',
    origin_not_allowed: 'The bank does not work at this address. Open the one that it told you.',
    storage_failed:
      'This device lets the bank store nothing. Free some space or leave private browsing, then try again.',
    prompt_refused: 'The prompt was cancelled or did not recognise you. Try again.',
    prompt_busy: 'Another prompt is still open. Finish that one first.',
    prompt_interrupted: 'The phone closed the prompt. Try again.',
    unsupported: 'No fingerprint, face or PIN is set up on this device. Set one up in its settings.',
    biometric_locked_out: 'Too many tries. Wait half a minute, then try again.',
    biometric_locked_out_permanently:
      'Too many tries. Lock the phone and open it with its PIN, then try again.',
    key_not_authorized: 'The key did not follow the touch, and nothing was opened. Try again.',
    key_invalidated: `The key of this device no longer opens. ${again}`,
    credential_limit_reached:
      'Your account has as many keys as it may have. Remove one in the settings, then turn biometrics on.',
    already_registered:
      'This device already has a key of this account. Sign out, then sign in with biometrics.',
    credential_unknown: `The key of this device was removed from your account. ${again}`,
    not_registered: 'Biometrics are not on for this account on this device. Sign in with your password.',
    grant_required: 'Sign in with the password once more to turn biometrics on.',
    transaction_expired: 'The time is over, and nothing happened. Begin the payment anew.',
    transaction_unknown: 'The bank no longer has this payment, and nothing happened. Begin it anew.',
    transaction_mismatch:
      'This payment was changed on its way to you, and nothing happened. Begin it anew; if it stays so, call the bank.',
    transaction_level_insufficient:
      'The key of this device may not approve this payment, and nothing happened. Use another device of yours.',
    transaction_limit_exceeded:
      'This is more than this key may approve now, and nothing happened. Send less, or wait until the key is no longer new.',
    transaction_payee_new:
      'This payee is new and the amount too high for that, so nothing happened. Send less, or wait a day after the first payment.',
    transaction_refused: 'The bank did not carry the payment out, and nothing happened. Check your balance.',
    insecure_context: 'Biometrics work on secure pages only. Open the bank with https://.',
    noWebAuthn: 'This browser has no biometric sign-in. Update it.',
    dpop_proof_expired: 'The clock of this device is wrong. Set it, then try again.',
    challenge_expired: 'That took too long. Try again.',
    boot_state_refused:
      'The system of this phone was changed, so the bank takes no key of it. Use another device of yours.',
    session_expired: 'You were signed out. Sign in again.',
  } as Readonly<Partial<Record<Failure, string>>>,
}

/** The shape that all languages share. */
export type Texts = typeof en
