import { type Android, authenticate, type NaiveApp } from './android.ts'
import { fromHex, toHex } from './hex.ts'

const alias = 'app-pin'
const mostFailures = 5

/**
 * A strict key for the finger, and beside it a PIN of the app's own: the token lies a second time under a key derived from
 * four digits, and the app counts wrong ones itself.
 */
export const appPin: NaiveApp = {
  name: 'app PIN',
  pattern: 'A strict key for the finger; beside it a PIN of its own, from which a second key is derived.',
  async setUp(android, server, pin) {
    await android.KeyStore.generate(alias, {
      purpose: 'decrypt',
      userAuthenticationRequired: true,
      invalidatedByEnrollment: true,
    })
    const token = new TextEncoder().encode(await server.signIn())
    await android.preferences.set('sealed', toHex(await android.KeyStore.encrypt(alias, token)))
    const salt = crypto.getRandomValues(new Uint8Array(16))
    const key = await derive(pin, salt)
    const sealed = await crypto.subtle.encrypt(nonce, key, token)
    await android.preferences.set('salt', toHex(salt))
    await android.preferences.set('sealedUnderPin', toHex(new Uint8Array(sealed)))
    await android.preferences.set('failures', '0')
  },
  async open(android, server) {
    const crypto = await android.KeyStore.init(alias, 'decrypt')
    const { cryptoObject } = await authenticate(android, { title: 'Unlock' }, crypto)
    const sealed = fromHex((await android.preferences.get('sealed')) ?? '')
    const token = await android.KeyStore.doFinal(cryptoObject ?? crypto, sealed)
    return server.secret(new TextDecoder().decode(token))
  },
  async openWithPin(android, server, pin) {
    const failures = Number(await android.preferences.get('failures'))
    if (failures >= mostFailures) throw new Error('Too many wrong PINs.')
    await android.preferences.set('failures', String(failures + 1))
    const token = await tokenUnderPin(await keptUnderPin(android), pin)
    await android.preferences.set('failures', '0')
    return server.secret(token)
  },
}

/** What the app keeps for its PIN, as hex. */
export interface UnderPin {
  readonly salt: string
  readonly sealedUnderPin: string
}

async function keptUnderPin({ preferences }: Android): Promise<UnderPin> {
  const salt = (await preferences.get('salt')) ?? ''
  return { salt, sealedUnderPin: (await preferences.get('sealedUnderPin')) ?? '' }
}

/** The token, if the PIN is right; rejects otherwise. */
export async function tokenUnderPin({ salt, sealedUnderPin }: UnderPin, pin: string): Promise<string> {
  const key = await derive(pin, fromHex(salt))
  const token = await crypto.subtle.decrypt(nonce, key, new Uint8Array(fromHex(sealedUnderPin))).catch(() => {
    throw new Error('Wrong PIN.')
  })
  return new TextDecoder().decode(token)
}

/** Each key serves once, so its nonce is fixed. */
const nonce = { name: 'AES-GCM', iv: new Uint8Array(12) }

/** With the fewest iterations that RFC 2898 §4.2 allows, which tutorials still show; more would only cost more time. */
async function derive(pin: string, salt: Uint8Array): Promise<CryptoKey> {
  const digits = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, [
    'deriveKey',
  ])
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt: new Uint8Array(salt), iterations: 1_000 }
  return crypto.subtle.deriveKey(how, digits, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}
