import { authenticate, type NaiveApp } from './android.ts'
import { fromHex, toHex } from './hex.ts'

const alias = 'fallback'

/** A key for every use, as it should be, but the screen lock opens it as well: such a key outlives every new finger. */
export const credentialFallback: NaiveApp = {
  name: 'credential fallback',
  pattern: 'Encrypts the token under a key that the screen lock opens as well as a finger.',
  async setUp(android, server) {
    await android.KeyStore.generate(alias, {
      purpose: 'decrypt',
      userAuthenticationRequired: true,
      deviceCredentialAllowed: true,
      invalidatedByEnrollment: true,
    })
    const token = new TextEncoder().encode(await server.signIn())
    await android.preferences.set('sealed', toHex(await android.KeyStore.encrypt(alias, token)))
  },
  async open(android, server) {
    const crypto = await android.KeyStore.init(alias, 'decrypt')
    const { cryptoObject } = await authenticate(
      android,
      { title: 'Unlock', deviceCredentialAllowed: true },
      crypto,
    )
    const sealed = fromHex((await android.preferences.get('sealed')) ?? '')
    const token = await android.KeyStore.doFinal(cryptoObject ?? crypto, sealed)
    return server.secret(new TextDecoder().decode(token))
  },
}
