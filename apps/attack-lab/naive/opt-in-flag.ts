import { authenticate, type NaiveApp } from './android.ts'

/** Biometrics as a setting: a flag in the preferences says whether to ask. */
export const optInFlag: NaiveApp = {
  name: 'opt-in flag',
  pattern: 'Asks for a finger only while `biometricEnabled` in the preferences says so.',
  async setUp(android, server) {
    await android.preferences.set('token', await server.signIn())
    await android.preferences.set('biometricEnabled', 'true')
  },
  async open(android, server) {
    if ((await android.preferences.get('biometricEnabled')) === 'true') {
      await authenticate(android, { title: 'Unlock' })
    }
    return server.secret((await android.preferences.get('token')) ?? '')
  },
}
