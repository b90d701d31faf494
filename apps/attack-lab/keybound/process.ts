import * as approvals from '@keybound/client/approvals'
import { createKeyboundClient, phonePlatform, phoneTokens } from '@keybound/phone'
import { connectAndroid, connectIos } from '@keybound/virtual-phone/node'
import { type AppSettings, outcomeOf, serveCommands } from '../target/app-protocol.ts'
import { ownersPassword } from '../target/owner.ts'
import type { Payment } from '../target/payments.ts'

/** The process of an app with Keybound: its client, over the phone. */
const settings = JSON.parse(process.env.LAB_APP ?? '') as AppSettings
const connect = settings.system === 'ios' ? connectIos : connectAndroid
const { system, hardware: native } = await connect(settings.phone)
// Not frozen, so that a hook can replace what it likes.
const hardware = { ...native }
const phone = { hardware }
const client = createKeyboundClient({
  server: settings.server,
  platform: phonePlatform(phone),
  tokens: phoneTokens({ ...phone, clientId: 'lab' }),
  approvals,
})
await client.ready

async function behindTheLock(): Promise<string> {
  const response = await client.fetch(`${settings.server}/secret`)
  if (!response.ok) throw new Error(`the server answered ${response.status}`)
  return response.text()
}

const bank = {
  async order(payment: Payment): Promise<string> {
    const body = JSON.stringify(payment)
    const response = await client.fetch(`${settings.server}/payment`, { method: 'POST', body })
    if (!response.ok) throw new Error(`the server answered ${response.status}`)
    return response.text()
  },
  async pay(payment: Payment): Promise<string> {
    const view = await client.transaction(await bank.order(payment))
    await client.approve(view)
    return view.shown.text
  },
}

async function open(): Promise<string> {
  await client.unlock()
  return behindTheLock()
}

// Where instrumentation finds what belongs to the app by name.
Object.assign(globalThis, {
  system,
  hardware,
  bank,
  openApp: () => outcomeOf(open),
  guess: (password: string) =>
    outcomeOf(async () => {
      await client.signInWithPassword({ username: settings.username, password })
      return 'signed in'
    }),
  showSecret: () => outcomeOf(behindTheLock),
  recover: () =>
    outcomeOf(async () => {
      await client.register({ name: 'Phone' })
      await client.unlock()
      return behindTheLock()
    }),
})

// Last: it says that the app has started.
serveCommands({
  async setUp() {
    await client.signInWithPassword({ username: settings.username, password: ownersPassword })
    await client.register({ name: 'Phone' })
    await client.signOut()
    await client.signIn()
    client.lock()
    return ''
  },
  open,
  async lock() {
    client.lock()
    return ''
  },
})
