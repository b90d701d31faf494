import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

/** Chromium of this machine: KEYBOUND_CHROMIUM, else the one on the path. `undefined` when there is none. */
export const chromiumPath = findChromium()

if (chromiumPath === undefined) {
  const message = 'No Chromium on this machine, so no browser test ran: apt-get install chromium'
  if (process.env.CI) throw new Error(message)
  console.warn(message)
}

function findChromium(): string | undefined {
  const { KEYBOUND_CHROMIUM, PATH = '' } = process.env
  const folders = [...PATH.split(delimiter), '/usr/bin'].map((folder) => join(folder, 'chromium'))
  return (KEYBOUND_CHROMIUM ? [KEYBOUND_CHROMIUM] : folders).find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** How Chromium is started so that it talks to nobody but the pages of the test. */
export const browserArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const

/** Starts Chromium without a window, talking to nobody but the pages of the test. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath ?? 'chromium',
    args: [...browserArguments],
  })
}

/** A key as Chromium's developer tools export it. */
export interface CopiedKey {
  readonly credentialId: string
  readonly isResidentCredential: boolean
  readonly privateKey: string
  readonly signCount: number
}

/** A platform authenticator in software, as Chromium's developer tools offer it. */
export interface VirtualAuthenticator {
  /** Whether the finger is recognised from now on. */
  readonly setUserVerified: (verified: boolean) => Promise<void>
  /** Whether somebody touches the sensor by themselves; without, a prompt stays open. */
  readonly setPresent: (present: boolean) => Promise<void>
  /** Ids of the keys it holds, base64url. */
  readonly credentialIds: () => Promise<readonly string[]>
  /** Gives copies of its keys to the authenticator of another page. PRF secrets do not go with them. */
  readonly copyKeysTo: (other: VirtualAuthenticator) => Promise<void>
  readonly addKey: (key: CopiedKey) => Promise<void>
  /** Loses its keys, and stays. */
  readonly forgetKeys: () => Promise<void>
  /** Takes it away, with its keys. */
  readonly remove: () => Promise<void>
}

const options = {
  protocol: 'ctap2',
  ctap2Version: 'ctap2_1',
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  automaticPresenceSimulation: true,
  isUserVerified: true,
} as const

/** Gives a page a platform authenticator that verifies its user by biometric; `hasPrf`: whether it has the PRF. */
export async function addAuthenticator(
  context: BrowserContext,
  page: Page,
  { hasPrf = true }: { readonly hasPrf?: boolean } = {},
): Promise<VirtualAuthenticator> {
  const devtools = await context.newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  const add = async () =>
    (await devtools.send('WebAuthn.addVirtualAuthenticator', { options: { ...options, hasPrf } }))
      .authenticatorId
  let authenticatorId = await add()
  const credentials = async () =>
    (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials

  /** A sensor that refused too often stays locked; a new one with the same keys is one that was unlocked. */
  async function unlock(): Promise<void> {
    const keys = await credentials()
    await devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })
    authenticatorId = await add()
    for (const credential of keys)
      await devtools.send('WebAuthn.addCredential', { authenticatorId, credential })
  }

  return {
    async setUserVerified(isUserVerified) {
      if (isUserVerified) await unlock()
      else await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
    },
    async setPresent(enabled) {
      await devtools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
    },
    async credentialIds() {
      const keys = await credentials()
      return keys.map(({ credentialId }) => Buffer.from(credentialId, 'base64').toString('base64url'))
    },
    async copyKeysTo(other) {
      for (const key of await credentials()) await other.addKey(key)
    },
    async addKey(credential) {
      await devtools.send('WebAuthn.addCredential', { authenticatorId, credential })
    },
    async forgetKeys() {
      await devtools.send('WebAuthn.clearCredentials', { authenticatorId })
    },
    async remove() {
      await devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })
    },
  }
}

/**
 * Collects what a page writes to its console and what it throws. Left out is what Chromium itself notes of every
 * request that failed or was refused; no page can keep it from doing so.
 */
export function watchConsole(page: Page): readonly string[] {
  const messages: string[] = []
  page.on('console', (message) => {
    if (message.text().startsWith('Failed to load resource:')) return
    messages.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => messages.push(`pageerror: ${error.message}`))
  return messages
}
