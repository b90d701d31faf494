import type { Teller } from './story.ts'

type Outcome = 'asked' | 'answered' | 'refused'
type Line = readonly [Teller, string]

/** What a call between app and system means; calls that say nothing to a board are left out. */
const calls: Readonly<Record<string, { readonly [O in Outcome]?: Line }>> = {
  'keystore.generate': {
    asked: ['App', 'Asks for a new key in secure hardware.'],
    answered: ['Secure world', 'Made a key that cannot leave it, with certificates that say so.'],
    refused: ['Secure world', 'Refused to make the key.'],
  },
  'keystore.begin': {
    refused: ['Secure world', 'The key is gone: a finger or the screen lock changed.'],
  },
  'keystore.finish': {
    answered: ['Secure world', 'Used the key once.'],
    refused: ['Secure world', 'Refused: the sensor vouched for nobody. No signature, nothing opened.'],
  },
  'key.create': {
    asked: ['App', 'Asks for a new key in the Secure Enclave.'],
    answered: ['Secure world', 'Made a key that cannot leave it.'],
  },
  'key.sign': {
    answered: ['Secure world', 'Signed once.'],
    refused: ['Secure world', 'Refused: the sensor vouched for nobody. No signature.'],
  },
  'key.decrypt': {
    answered: ['Secure world', 'Opened once.'],
    refused: ['Secure world', 'Refused: the sensor vouched for nobody. Nothing opened.'],
  },
  'prompt.show': {
    asked: ['App', 'Shows the system’s prompt for a finger.'],
    answered: ['App', 'Is told that the prompt closed.'],
  },
  'appAttest.attest': { answered: ['Secure world', 'Attested which app this is.'] },
}

/** The line for a call, if it has one. */
export function wordsOfCall(name: string, outcome: Outcome): Line | undefined {
  return calls[name]?.[outcome]
}

const requests: readonly (readonly [RegExp, string])[] = [
  [/^POST \/v1\/sessions\/password$/, 'the password'],
  [/^POST \/v1\/registration\/options$/, 'a request for a challenge'],
  [/^POST \/v1\/registration$/, 'three public keys with their certificates, one signature'],
  [/^POST \/v1\/authentication\/options$/, 'a request for a challenge'],
  [/^POST \/v1\/token$/, 'a signature or the opened refresh token, proven by the device key'],
  [/^POST \/v1\/transactions\/.*\/approval$/, 'the signature over exactly what was shown'],
  [/^GET \/v1\/transactions\//, 'a request for the statement'],
  [/^POST \/api\/payments$/, 'what is to be paid'],
]

/** What a request carries, in words, and what the server said to it. */
export function wordsOfRequest(method: string, path: string, status: number): Line {
  const carried = requests.find(([pattern]) => pattern.test(`${method} ${path}`))?.[1]
  const verdict =
    status < 400 ? 'Accepted' : status === 401 || status === 400 ? 'Asked again or refused' : 'Refused'
  return ['Server', `${verdict} ${carried ?? `${method} ${path}`} (${status}).`]
}
