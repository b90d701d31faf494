import { type AppSettings, outcomeOf, serveCommands } from '../target/app-protocol.ts'
import type { Payment } from '../target/payments.ts'
import type { TokenServer } from './android.ts'
import { startNaiveApp } from './running-app.ts'

/** The process of a naive app: its code, and the classes of the system beside it. */
const settings = JSON.parse(process.env.LAB_APP ?? '') as AppSettings
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
const app = await startNaiveApp(settings, server)
const setUp = async () => {
  await app.setUp()
  return ''
}
const behindTheLock = async () => server.secret(session || ((await app.storedToken()) ?? ''))

const bank = {
  async order(payment: Payment): Promise<string> {
    const headers = { authorization: `Bearer ${session}` }
    const body = JSON.stringify(payment)
    return (await fetch(`${settings.server}/naive/payment`, { method: 'POST', headers, body })).text()
  },
  async pay(payment: Payment): Promise<string> {
    await app.confirm(`Pay ${payment.minor / 100} EUR to ${payment.name}`)
    return bank.order(payment)
  },
}

// Where instrumentation finds what belongs to the app by name.
Object.assign(globalThis, {
  ...app.classes,
  bank,
  showSecret: () => outcomeOf(behindTheLock),
  openApp: () => outcomeOf(app.open),
  recover: () => outcomeOf(app.open),
  guess: (pin: string) => outcomeOf(() => app.openWithPin(pin)),
})

// Last: it says that the app has started.
serveCommands({ setUp, open: app.open, lock: async () => '' })
