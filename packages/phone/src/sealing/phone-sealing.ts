import type { KeyHandle, Sealing } from '@keybound/client'
import { concat, decode, encode, uint32, utf8 } from '../bytes.ts'
import { native, refusal } from '../errors.ts'
import type { Phone } from '../phone.ts'

/** Bytes that the hardware encrypts at once: with nonce and tag still below 1 MiB. */
const piece = 786_432
/** What AES-256-GCM adds: nonce and tag. */
const overhead = 28

/** The handle of the hardware, as the client holds it. */
export const handleOf = (name: string) => name as unknown as KeyHandle
const nameOf = (handle: KeyHandle) => handle as unknown as string

/** Sealing by handles: keys stay in native memory. Payloads longer than a piece are a chain of them (docs/vault.md). */
export function createPhoneSealing({ hardware, sha256 }: Phone): Sealing {
  return {
    wrap: 'ecdh-p256-hkdf-a256gcm',
    newDataKey: async () => handleOf(await native(hardware.newDataKey())),
    wrapKey: (publicKey, key) => native(hardware.wrapDataKey(publicKey, nameOf(key))),
    unwrapKey: async (opened, { epk, wrapped }) =>
      handleOf(await native(hardware.unwrapDataKey(nameOf(opened), { epk, wrapped }))),
    async seal(key, plaintext, associated) {
      const parts: Uint8Array[] = []
      for (const { from, to, covered } of pieces(plaintext.length, piece, associated)) {
        const text = encode(plaintext.subarray(from, to))
        parts.push(decode(await native(hardware.aeadSeal(nameOf(key), text, encode(covered)))))
      }
      return parts
    },
    async open(key, sealed, associated) {
      if (sealed.length < overhead) throw refusal('openFailed')
      const parts: Uint8Array[] = []
      for (const { from, to, covered } of pieces(sealed.length, piece + overhead, associated)) {
        const text = encode(sealed.subarray(from, to))
        parts.push(decode(await native(hardware.aeadOpen(nameOf(key), text, encode(covered)))))
      }
      return concat(...parts)
    },
    close: (key) => void hardware.closeHandle(nameOf(key)).catch(() => {}),
    sha256,
  }
}

/** One piece as it is; of several, each is bound to its place and to how many there are. */
function* pieces(length: number, size: number, associated: Uint8Array) {
  const count = Math.max(1, Math.ceil(length / size))
  for (let index = 0; index < count; index++) {
    const place = concat(associated, utf8('\n'), uint32(index), uint32(count))
    const covered = count === 1 ? associated : place
    yield { from: index * size, to: Math.min(length, (index + 1) * size), covered }
  }
}
