import type { VaultAssertion, VaultOwner, VaultRegistration } from '@keybound/client'
import type { AuthenticationOptionsJSON, RegistrationOptionsJSON } from '@keybound/protocol'
import type { WebEnvironment } from '../environment.ts'
import { authenticationToJson } from '../webauthn/assertion-json.ts'
import { type Extend, prompt } from '../webauthn/ceremonies.ts'
import { registrationToJson } from '../webauthn/registration-json.ts'
import { makeKeys, newSalts, type Salts } from './make-keys.ts'
import { outputsOf, withPrf } from './prf.ts'
import { openKey } from './sealing-keys.ts'

/** Registers a credential, and makes the keys of a vault where the PRF comes with it. One prompt. */
export async function registerWithVault(
  environment: WebEnvironment,
  options: RegistrationOptionsJSON,
  owner: Omit<VaultOwner, 'credentialId'>,
  signal: AbortSignal,
): Promise<VaultRegistration> {
  const salts = newSalts(environment.crypto)
  const credential = await prompt('create', environment, options, signal, evaluate(salts))
  const response = registrationToJson(credential)
  const [unlock, everyTime] = outputsOf(credential)
  if (!unlock || !everyTime) return { response }
  const keys = await makeKeys(environment.crypto, { unlock, everyTime }, salts, {
    ...owner,
    credentialId: response.id,
  })
  return { response, keys }
}

/** Signs, and makes and opens the keys of a vault where the PRF comes only now. One prompt. */
export async function authenticateWithVault(
  environment: WebEnvironment,
  options: AuthenticationOptionsJSON,
  owner: VaultOwner,
  signal: AbortSignal,
): Promise<VaultAssertion> {
  const salts = newSalts(environment.crypto)
  const credential = await prompt('get', environment, options, signal, evaluate(salts))
  const response = authenticationToJson(credential)
  const [unlock, everyTime] = outputsOf(credential)
  if (!unlock || !everyTime) return { response }
  const again = unlock.slice()
  const keys = await makeKeys(environment.crypto, { unlock, everyTime }, salts, owner)
  return { response, keys, opened: await openKey(environment.crypto, again, keys.unlock, owner, 'unlock') }
}

function evaluate({ unlock, everyTime }: Salts): Extend {
  return withPrf({ eval: { first: unlock, second: everyTime } })
}
