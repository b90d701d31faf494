import { evaluatePolicy, type NaiveIosApp } from './ios.ts'

/** “In the keychain, so it is secure”: the token lies there for whoever the app is, and a reply decides whether it reads it. */
export const keychainGate: NaiveIosApp = {
  name: 'keychain gate',
  pattern: 'On iOS: asks Face ID, and on “success” reads the session token from the keychain.',
  async setUp(ios, server) {
    await ios.keychain.add('token', await server.signIn())
  },
  async open(ios, server) {
    await evaluatePolicy(ios, 'Unlock')
    return server.secret((await ios.keychain.copyMatching('token')) ?? '')
  },
}
