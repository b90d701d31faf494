import { type Android, authenticate, type NaiveApp } from './android.ts'
import { fromHex, toHex } from './hex.ts'

const alias = 'recreated'

/**
 * A strict key, and a helpful recovery: when a new finger has destroyed it, a new one is made with the session that is
 * still there, so that the user notices nothing. Nor does the owner, when the finger was somebody else's.
 */
export const silentRecreation: NaiveApp = {
  name: 'silent re-creation',
  pattern: 'Encrypts the token under a strict key; when that was invalidated, makes another without asking.',
  async setUp(android, server) {
    await android.preferences.set('session', await server.signIn())
    await seal(android)
  },
  async open(android, server) {
    const crypto = await android.KeyStore.init(alias, 'decrypt').catch(async () => {
      await android.KeyStore.delete(alias)
      await seal(android)
      return android.KeyStore.init(alias, 'decrypt')
    })
    const { cryptoObject } = await authenticate(android, { title: 'Unlock' }, crypto)
    const sealed = fromHex((await android.preferences.get('sealed')) ?? '')
    const token = await android.KeyStore.doFinal(cryptoObject ?? crypto, sealed)
    return server.secret(new TextDecoder().decode(token))
  },
}

async function seal(android: Android): Promise<void> {
  await android.KeyStore.generate(alias, {
    purpose: 'decrypt',
    userAuthenticationRequired: true,
    invalidatedByEnrollment: true,
  })
  const token = new TextEncoder().encode((await android.preferences.get('session')) ?? '')
  await android.preferences.set('sealed', toHex(await android.KeyStore.encrypt(alias, token)))
}
