import type { TransactionPrompt } from '@keybound/client'
import {
  type AuthenticationOptionsJSON,
  type AuthenticationResponseJSON,
  KeyboundError,
} from '@keybound/protocol'
import { concat, encode } from '../bytes.ts'
import { aliasOf } from '../credentials/aliases.ts'
import type { Credential } from '../credentials/credential.ts'
import { orphaned, translate } from '../errors.ts'
import type { SignedStatement } from '../hardware/secure-hardware.ts'
import type { PhoneSettings } from '../options.ts'
import type { Phone } from '../phone.ts'
import { prompting } from '../prompt.ts'
import { assertionData, clientData } from '../webauthn.ts'

/** Signs an assertion, or with `transaction` an approval: one prompt. */
export async function authenticate(
  phone: Phone,
  settings: PhoneSettings,
  options: AuthenticationOptionsJSON,
  signal: AbortSignal,
  transaction?: TransactionPrompt,
): Promise<AuthenticationResponseJSON> {
  const { hardware } = phone
  const credential = await choose(phone, options)
  const origin = await phone.origin()
  const authData = assertionData(await phone.rpIdHash(options.rpId))
  const { clientDataJson, signature } = await withOwnKey(phone, credential, () =>
    prompting(hardware, signal, () =>
      transaction
        ? approve(phone, settings, credential, origin, authData, transaction)
        : sign(phone, settings, credential, clientData('webauthn.get', options.challenge, origin), authData),
    ),
  )
  return {
    id: credential.id,
    rawId: credential.id,
    type: 'public-key',
    authenticatorAttachment: 'platform',
    clientExtensionResults: {},
    response: {
      clientDataJSON: clientDataJson,
      authenticatorData: encode(authData),
      signature,
      userHandle: credential.userHandle,
    },
  }
}

async function sign(
  { hardware, sha256 }: Phone,
  { promptText }: PhoneSettings,
  { id }: Credential,
  data: Uint8Array,
  authData: Uint8Array,
): Promise<SignedStatement> {
  const signed = encode(concat(authData, await sha256(data)))
  const signature = await hardware.sign(aliasOf(id, 'signing'), signed, promptText('signIn'))
  return { clientDataJson: encode(data), signature }
}

/** The hardware makes the challenge and the client data itself, from the statement that it shows. */
function approve(
  { hardware }: Phone,
  { promptText }: PhoneSettings,
  { id }: Credential,
  origin: string,
  authData: Uint8Array,
  { realm, account, nonce, statement }: TransactionPrompt,
): Promise<SignedStatement> {
  const { cancel } = promptText('approve')
  const authenticatorData = encode(authData)
  return hardware.signStatement({
    alias: aliasOf(id, 'signing'),
    realm,
    account,
    nonce,
    statement,
    origin,
    authenticatorData,
    cancel,
  })
}

/** The credential of this phone that the server takes; any of the relying party where it names none. */
async function choose(
  { credentials }: Phone,
  { rpId, allowCredentials }: AuthenticationOptionsJSON,
): Promise<Credential> {
  const allowed = new Set(allowCredentials.map(({ id }) => id))
  // What the server lists it has registered.
  for (const id of allowed) await credentials.use(id)
  const own = await credentials.of(rpId)
  const found = allowed.size === 0 ? own[0] : own.find(({ id }) => allowed.has(id))
  if (found) return found
  throw new KeyboundError(
    'not_registered',
    'Biometrics are not turned on for this account on this device; sign in with the password and turn them on.',
  )
}

/** A key that is missing was never on this phone, when another installation made it. */
export async function withOwnKey<T>(
  { credentials }: Phone,
  credential: Credential,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const failure = translate(error)
    const { id } = await credentials.installation()
    throw failure.code === 'key_missing' && credential.installation !== id
      ? orphaned({ cause: failure })
      : failure
  }
}
