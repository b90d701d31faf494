import type { SigningKey } from '@keybound/client'
import { decode, encode } from '../bytes.ts'
import { aliasOf } from '../credentials/aliases.ts'
import type { Credential } from '../credentials/credential.ts'
import { native } from '../errors.ts'
import { derOfRaw, jwkOfPoint, rawOfDer } from '../p256.ts'
import type { Phone } from '../phone.ts'

/** The proof key of a credential: in hardware, usable without a prompt. */
export function proofKeyOf(phone: Phone, { id, proofKey }: Credential): SigningKey {
  return es256(phone, proofKey, (bytes) => phone.hardware.signProof(aliasOf(id, 'proof'), bytes))
}

/** A new session key in native memory, until it is closed. */
export async function newSessionKey(phone: Phone): Promise<SigningKey> {
  const { hardware } = phone
  const { handle, publicKey } = await native(hardware.newSessionKey())
  return {
    ...es256(phone, publicKey, (bytes) => hardware.signSession(handle, bytes)),
    close: () => void hardware.closeHandle(handle).catch(() => {}),
  }
}

function es256({ hardware }: Phone, point: string, sign: (bytes: string) => Promise<string>): SigningKey {
  return {
    jwk: jwkOfPoint(point),
    sign: async (bytes) => rawOfDer(decode(await native(sign(encode(bytes))))),
    async verify(bytes, signature) {
      if (signature.length !== 64) return false
      return native(hardware.verify(point, encode(bytes), encode(derOfRaw(signature))))
    },
  }
}
