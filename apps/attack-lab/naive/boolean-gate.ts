import { authenticate, type NaiveApp } from './android.ts'

/** The pattern of most tutorials: the token lies in the preferences, and a callback decides whether the app reads it. */
export const booleanGate: NaiveApp = {
  name: 'boolean gate',
  pattern: 'Asks for a finger, and on “success” reads the session token from the preferences.',
  async setUp(android, server) {
    await android.preferences.set('token', await server.signIn())
  },
  async open(android, server) {
    await authenticate(android, { title: 'Unlock' })
    return server.secret((await android.preferences.get('token')) ?? '')
  },
}
