import type { RegistrationAnswer, SignInAnswer } from '@keybound/protocol'
import { type KeyProvider, type PolicyOverrides, type ServerTrust, standardTypes } from '@keybound/server'
import { authorityRoot } from '../../support/android-authority/authority.ts'
import { createMemoryKeys } from '../../support/keys.ts'
import { createClock, origin, rpId, startWithAccounts } from '../../support/server.ts'
import { forgeAssertion, forgeRegistration, type RegistrationSpec } from '../../support/webauthn/forge.ts'
import { attestationTime, makerRoot } from '../../support/webauthn/statements.ts'
import { createApprovals, limits, payment, type Signer } from './bank.ts'

export const android = { roots: [authorityRoot], testOnly: true }
/** In the maker of authenticators and in the Android authority. */
export const makerTrust: ServerTrust = { roots: [makerRoot], testOnly: true, android }
const anyFormat = ['none', 'packed', 'android-key', 'compound'] as const

/** Registers a key that an authenticator attested, pays with it, and gives the receipt. */
export async function receiptFor(
  spec: RegistrationSpec,
  registration: PolicyOverrides['registration'] = {},
  trust: ServerTrust = makerTrust,
  keys: KeyProvider = createMemoryKeys(),
): Promise<string> {
  const clock = createClock(attestationTime.getTime() / 1000)
  const policy = { ...limits, registration: { formats: anyFormat, ...registration } }
  const options = { now: clock.now, keys, trust, policy, transactions: { types: standardTypes } }
  const bank = await startWithAccounts(options)
  const signedIn = await bank.signIn()
  const { challenge } = await bank.registrationOptions(signedIn)
  const response = forgeRegistration({
    ...spec,
    clientData: { challenge, origin },
    authenticatorData: { rpId },
  })
  const grant = signedIn.registrationGrant?.token
  const body = { grant, operationId: bank.newOperationId(), response }
  const registered = await bank.call<RegistrationAnswer>('POST', '/v1/registration', {
    token: signedIn.session.token,
    body,
  })
  if (registered.status !== 200) throw new Error(`Unexpected ${registered.text}, expected a credential.`)
  let signCount = 10
  const signer: Signer = {
    authenticate: ({ challenge }) =>
      forgeAssertion({
        clientData: { challenge, origin },
        authenticatorData: { rpId, signCount: ++signCount },
      }),
  }
  const assertion = signer.authenticate(await bank.authenticationOptions(bank.ada))
  const { session } = (
    await bank.call<SignInAnswer>('POST', '/v1/authentication', { body: { response: assertion } })
  ).json
  const order = { account: bank.ada, type: 'payment', fields: payment(), operationId: 'order 4711' }
  const { id } = await bank.server.transactions.create(order)
  const { json, text } = await createApprovals(bank.call).approve(signer, session.token, id)
  if (json.receipt === undefined) throw new Error(`Unexpected ${text}, expected a receipt.`)
  return json.receipt
}
