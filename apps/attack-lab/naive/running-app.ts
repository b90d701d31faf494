import type { AppSettings } from '../target/app-protocol.ts'
import { naivePin } from '../target/owner.ts'
import { authenticate, type TokenServer } from './android.ts'
import { naiveApps, naiveIosApps } from './catalogue.ts'
import { evaluatePolicy } from './ios.ts'
import { connectIos } from './ios-system.ts'
import { connectSystem } from './system.ts'

/** A naive app that runs, whichever system it is written for. */
export interface RunningApp {
  readonly setUp: () => Promise<void>
  readonly open: () => Promise<string>
  /** With a PIN of its own, where it has one. */
  readonly openWithPin: (pin: string) => Promise<string>
  /** The token, where the app keeps it to be read without a key. */
  readonly storedToken: () => Promise<string | undefined>
  /** Asks for a finger or a face, for a payment. */
  readonly confirm: (title: string) => Promise<unknown>
  /** The system's classes, by the name hooks find them under. */
  readonly classes: object
}

/** Starts the app that the settings name. */
export function startNaiveApp(settings: AppSettings, server: TokenServer): Promise<RunningApp> {
  return settings.system === 'ios' ? startIos(settings, server) : startAndroid(settings, server)
}

async function startAndroid({ name, phone }: AppSettings, server: TokenServer): Promise<RunningApp> {
  const app = find(naiveApps, name)
  const android = await connectSystem(phone)
  const open = () => app.open(android, server)
  return {
    setUp: () => app.setUp(android, server, naivePin),
    open,
    openWithPin: async (pin) => app.openWithPin?.(android, server, pin) ?? open(),
    storedToken: () => android.preferences.get('token'),
    confirm: (title) => authenticate(android, { title }),
    classes: { android },
  }
}

async function startIos({ name, phone }: AppSettings, server: TokenServer): Promise<RunningApp> {
  const app = find(naiveIosApps, name)
  const ios = await connectIos(phone)
  const open = () => app.open(ios, server)
  return {
    setUp: () => app.setUp(ios, server),
    open,
    openWithPin: open,
    storedToken: () => ios.keychain.copyMatching('token'),
    confirm: (title) => evaluatePolicy(ios, title),
    classes: { ios },
  }
}

function find<A extends { readonly name: string }>(apps: readonly A[], wanted: string): A {
  const app = apps.find(({ name }) => name === wanted)
  if (!app) throw new Error(`Unexpected app ${wanted}, expected one of the catalogue.`)
  return app
}
