import { demoPassword } from '../../../test/support/server.ts'

/** Sign-in of the phone's owner, which no attacker knows. */
export const owner = { username: 'ada', password: demoPassword }
