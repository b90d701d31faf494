import { type AppSettings, outcomeOf, serveCommands } from '../target/app-protocol.ts'
import { naivePin } from '../target/owner.ts'
import type { Payment } from '../target/payments.ts'
import { authenticate, type TokenServer } from './android.ts'
import { naiveApps } from './catalogue.ts'
import { connectSystem } from './system.ts'

/** The process of a naive app: its code, and the classes of the system beside it. */
const settings = JSON.parse(process.env.LAB_APP ?? '') as AppSettings
const app = naiveApps.find(({ name }) => name === settings.name)
if (!app) throw new Error(`Unexpected app ${settings.name}, expected one of the catalogue.`)

const android = await connectSystem(settings.phone)
/** As apps do: once they have it, the session's token stays in memory. */
let session = ''
const server: TokenServer = {
  signIn: async () => (await fetch(`${settings.server}/naive/sign-in`, { method: 'POST' })).text(),
  async secret(token) {
    session = token
    const headers = { authorization: `Bearer ${token}` }
    const response = await fetch(`${settings.server}/naive/secret`, { headers })
    if (!response.ok) throw new Error(await response.text())
    return response.text()
  },
}
const open = () => app.open(android, server)
const setUp = async () => {
  await app.setUp(android, server, naivePin)
  return ''
}
const behindTheLock = async () => server.secret(session || ((await android.preferences.get('token')) ?? ''))

const bank = {
  async order(payment: Payment): Promise<string> {
    const headers = { authorization: `Bearer ${session}` }
    const body = JSON.stringify(payment)
    return (await fetch(`${settings.server}/naive/payment`, { method: 'POST', headers, body })).text()
  },
  async pay(payment: Payment): Promise<string> {
    await authenticate(android, { title: `Pay ${payment.minor / 100} EUR to ${payment.name}` })
    return bank.order(payment)
  },
}

// Where instrumentation finds what belongs to the app by name.
Object.assign(globalThis, {
  android,
  bank,
  showSecret: () => outcomeOf(behindTheLock),
  openApp: () => outcomeOf(open),
  recover: () => outcomeOf(open),
  guess: (pin: string) => outcomeOf(async () => app.openWithPin?.(android, server, pin) ?? open()),
})

// Last: it says that the app has started.
serveCommands({ setUp, open, lock: async () => '' })
