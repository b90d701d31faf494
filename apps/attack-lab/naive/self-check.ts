import { authenticate, type NaiveApp } from './android.ts'

const alias = 'self-check'

/**
 * “With a CryptoObject, so it is secure”: the key signs a constant, and that no exception came is taken for the proof. The
 * signature is looked at by nobody; the token lies in the preferences as before.
 */
export const selfCheck: NaiveApp = {
  name: 'self-check',
  pattern: 'Lets a biometric key work on a constant, and opens when that throws nothing.',
  async setUp(android, server) {
    await android.KeyStore.generate(alias, {
      purpose: 'sign',
      userAuthenticationRequired: true,
      invalidatedByEnrollment: true,
    })
    await android.preferences.set('token', await server.signIn())
  },
  async open(android, server) {
    const crypto = await android.KeyStore.init(alias, 'sign')
    const { cryptoObject } = await authenticate(android, { title: 'Unlock' }, crypto)
    // Not every phone hands the object back, and nobody wants crash reports.
    if (cryptoObject) await android.KeyStore.doFinal(cryptoObject, new TextEncoder().encode('constant'))
    return server.secret((await android.preferences.get('token')) ?? '')
  },
}
