import { authenticate, type NaiveApp } from './android.ts'
import { fromHex, toHex } from './hex.ts'

const alias = 'window'

/**
 * A real key, but good for a day after anybody unlocked the phone: fewer prompts, and nobody needs to ask at all. What
 * prompts are left want no confirmation either: a glance is enough.
 */
export const validityWindow: NaiveApp = {
  name: 'validity window',
  pattern:
    'Encrypts the token under a key that stays usable for a day after any unlocking of the phone; a glance is enough for its prompt.',
  async setUp(android, server) {
    await android.KeyStore.generate(alias, {
      purpose: 'decrypt',
      userAuthenticationRequired: true,
      validity: 86_400,
      deviceCredentialAllowed: true,
    })
    const token = new TextEncoder().encode(await server.signIn())
    await android.preferences.set('sealed', toHex(await android.KeyStore.encrypt(alias, token)))
  },
  async open(android, server) {
    await authenticate(android, {
      title: 'Unlock',
      deviceCredentialAllowed: true,
      confirmationRequired: false,
    })
    const crypto = await android.KeyStore.init(alias, 'decrypt')
    const sealed = fromHex((await android.preferences.get('sealed')) ?? '')
    return server.secret(new TextDecoder().decode(await android.KeyStore.doFinal(crypto, sealed)))
  },
}
