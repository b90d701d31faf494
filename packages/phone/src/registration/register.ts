import type { PlatformRegistration } from '@keybound/client'
import { deviceKeyChallenge, KeyboundError, type RegistrationOptionsJSON } from '@keybound/protocol'
import { requireReady } from '../availability.ts'
import { concat, decode, encode, utf8 } from '../bytes.ts'
import { aliasOf } from '../credentials/aliases.ts'
import { native, refusal } from '../errors.ts'
import type { CreatedKey, DeviceDescription, KeyRequest, KeyRole } from '../hardware/secure-hardware.ts'
import type { PhoneSettings } from '../options.ts'
import { jwkOfPoint, pointOfSpki } from '../p256.ts'
import type { Phone } from '../phone.ts'
import { prompting } from '../prompt.ts'
import { attestationObject, type Commitment, clientData, originOf, registrationData } from '../webauthn.ts'
import { deviceEvidence } from './device-evidence.ts'

/**
 * Makes the three keys of a credential in the order of the design: sealing and proof key for the challenge, client data
 * that commits to both, the signing key for that client data, and one signature, the one prompt. The keys stay pending
 * until `keep`; whatever fails here leaves none.
 */
export async function register(
  phone: Phone,
  settings: PhoneSettings,
  options: RegistrationOptionsJSON,
  signal: AbortSignal,
): Promise<PlatformRegistration> {
  const { hardware, credentials, random } = phone
  if (!options.pubKeyCredParams.some(({ alg }) => alg === -7)) throw refusal('unsupported')
  const device = await native(hardware.describe())
  requireReady(device, settings.keys)
  const replaces = await goneCredential(phone, options)
  const id = encode(await random(32))
  await credentials.begin(id)
  try {
    const made = await makeKeys(phone, settings, device, options, id, signal)
    const { proofPoint: proofKey, ...registration } = made
    await credentials.made({ id, rpId: options.rp.id, userHandle: options.user.id, proofKey }, replaces)
    return { ...registration, ...(replaces !== undefined && { replaces }) }
  } catch (error) {
    // Failing to tidy up now must not hide why: the next start does it.
    await credentials.drop(id, true).catch(() => {})
    throw error
  }
}

/**
 * Of the credentials that the server excludes, the one of this phone whose key is gone: the new one takes its place.
 * Refuses with `already_registered` when one is there and good.
 */
async function goneCredential(
  { credentials }: Phone,
  { excludeCredentials }: RegistrationOptionsJSON,
): Promise<string | undefined> {
  let gone: string | undefined
  for (const { id } of excludeCredentials) {
    const credential = await credentials.find(id)
    const state = await credentials.state(id)
    if (credential && !credential.retired && state === 'ready') {
      throw new KeyboundError(
        'already_registered',
        'This device already holds a key for this account; sign out and sign in with biometrics.',
      )
    }
    if (credential || state !== 'missing') gone ??= id
  }
  return gone
}

interface MadeKeys extends Pick<PlatformRegistration, 'response' | 'device'> {
  readonly proofPoint: string
}

async function makeKeys(
  phone: Phone,
  { keys: policy, promptText }: PhoneSettings,
  device: DeviceDescription,
  { challenge, rp }: RegistrationOptionsJSON,
  id: string,
  signal: AbortSignal,
): Promise<MadeKeys> {
  const { hardware, sha256 } = phone
  const { enrolment, allowSoftware } = policy
  const create = (
    role: KeyRole,
    strongBox: KeyRequest['strongBox'],
    attested: Uint8Array,
  ): Promise<CreatedKey> =>
    native(
      hardware.createKey({
        alias: aliasOf(id, role),
        role,
        enrolment,
        strongBox,
        allowSoftware,
        attestationChallenge: encode(attested),
      }),
    )

  const sealing = await create('sealing', 'no', await deviceKeyChallenge('sealing', challenge, sha256))
  const proof = await create('proof', 'no', await deviceKeyChallenge('proof', challenge, sha256))
  const proofPoint = pointOfSpki(proof.publicKey)
  const commitment = await commitmentOf(phone, sealing, proofPoint)
  const data = clientData('webauthn.create', challenge, originOf(device), commitment)
  const dataHash = await sha256(data)
  const signing = await create('signing', policy.strongBox, dataHash)
  const authData = await registrationData(rp.id, decode(id), pointOfSpki(signing.publicKey), sha256)
  const signed = concat(authData, dataHash)
  // Before the prompt: without it the touch would be for nothing.
  const evidence = await deviceEvidence(phone, device, id, await sha256(signed), { sealing, proof })
  const signature = await prompting(hardware, signal, () =>
    hardware.sign(aliasOf(id, 'signing'), encode(signed), promptText('register')),
  )
  return {
    response: {
      id,
      rawId: id,
      type: 'public-key',
      authenticatorAttachment: 'platform',
      clientExtensionResults: {},
      response: {
        clientDataJSON: encode(data),
        attestationObject: attestationObject(authData, decode(signature), signing.chain.map(decode)),
        transports: ['internal'],
      },
    },
    ...(evidence && { device: evidence }),
    proofPoint,
  }
}

async function commitmentOf({ sha256 }: Phone, sealing: CreatedKey, proofPoint: string): Promise<Commitment> {
  const { kty, crv, x, y } = jwkOfPoint(proofPoint)
  return {
    sealing: encode(await sha256(decode(sealing.publicKey))),
    // RFC 7638 §3.3: the required members in the order of their names.
    proof: encode(await sha256(utf8(JSON.stringify({ crv, kty, x, y })))),
  }
}
