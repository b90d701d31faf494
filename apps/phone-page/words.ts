import type { AndroidCalls, IosCalls, WatchedCall } from '@keybound/virtual-phone'
import type { Teller } from './story.ts'

type Line = readonly [Teller, string]

interface Words {
  readonly asked?: Line
  readonly answered?: Line
  /** By the system's error; `any` for the others. */
  readonly refused?: Readonly<Record<string, Line>>
}

const unopened: Line = [
  'Secure world',
  'Refused: the sensor vouched for nobody. No signature, nothing opened.',
]
const dead: Line = ['Secure world', 'The key is gone: a finger or the screen lock changed.']
const used: Line = ['Secure world', 'Used the key once.']

/** The Enclave has one error for a set of fingers that changed and for a success that no finger gave. */
const enclaveUse: Words = {
  answered: used,
  refused: {
    'OSStatus -25293': ['Secure world', 'Refused: the fingers that the key was made for did not open it.'],
    'LAError -1': unopened,
  },
}

/** What a call between app and system means; calls that say nothing to a board are left out. */
const calls: Readonly<Partial<Record<keyof AndroidCalls | keyof IosCalls, Words>>> = {
  'keystore.generate': {
    asked: ['App', 'Asks for a new key in secure hardware.'],
    answered: ['Secure world', 'Made a key that cannot leave it, with certificates that say so.'],
    refused: { any: ['Secure world', 'Refused to make the key.'] },
  },
  'keystore.begin': { refused: { KeyPermanentlyInvalidatedException: dead } },
  'keystore.finish': { answered: used, refused: { any: unopened } },
  'key.generate': {
    asked: ['App', 'Asks for a new key in the Secure Enclave.'],
    answered: ['Secure world', 'Made a key that cannot leave it.'],
    refused: { any: ['Secure world', 'Refused to make the key.'] },
  },
  'key.sign': enclaveUse,
  'key.decrypt': enclaveUse,
  'appAttest.attestKey': {
    asked: ['App', 'Asks App Attest to vouch for the app and the three keys.'],
    answered: ['Secure world', 'Attested, with certificates, which app this is and what it vouches for.'],
  },
}

/** The line for a call, if it has one. */
export function wordsOfCall(call: WatchedCall): Line | undefined {
  const words = Object.hasOwn(calls, call.name) ? calls[call.name as keyof typeof calls] : undefined
  if (call.outcome !== 'refused') return words?.[call.outcome]
  const { exception, number } = call
  const error = number === undefined ? exception : `${exception} ${number}`
  return words?.refused?.[error] ?? words?.refused?.any
}

const requests: readonly (readonly [RegExp, string])[] = [
  [/^POST \/v1\/sessions\/password$/, 'the password'],
  [/^POST \/v1\/registration\/options$/, 'a request for a challenge'],
  [/^POST \/v1\/registration$/, 'three public keys with the evidence for them, one signature'],
  [/^POST \/v1\/authentication\/options$/, 'a request for a challenge'],
  [/^POST \/v1\/token$/, 'a signature or the opened refresh token, proven by the device key'],
  [/^POST \/v1\/transactions\/.*\/approval$/, 'the signature over exactly what was shown'],
  [/^GET \/v1\/transactions\//, 'a request for the statement'],
  [/^GET \/v1\/notices$/, 'a request for news of the account’s keys'],
  [/^GET \/api\/account$/, 'a request for the balance'],
  [/^POST \/api\/payments$/, 'what is to be paid'],
]

/** What a request carries, in words, and what the server said to it. */
export function wordsOfRequest(method: string, path: string, status: number): Line {
  const carried = requests.find(([pattern]) => pattern.test(`${method} ${path}`))?.[1]
  const verdict =
    status < 400 ? 'Accepted' : status === 401 || status === 400 ? 'Asked again or refused' : 'Refused'
  return ['Server', `${verdict} ${carried ?? `${method} ${path}`} (${status}).`]
}
