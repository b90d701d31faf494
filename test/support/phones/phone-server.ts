import { parseStatusList } from '@keybound/attestation'
import type { RegistrationAnswer, SignInAnswer } from '@keybound/protocol'
import type { KeyboundServerOptions, PolicyOverrides, ServerTrust } from '@keybound/server'
import { attestedApp, authorityNow, authorityRoot } from '../android-authority/authority.ts'
import { createAppleAuthority } from '../apple-authority.ts'
import { createClock, startWithAccounts } from '../server.ts'
import { type AndroidKnobs, createAndroidPhone } from './android-phone.ts'
import { createIphone, type IphoneKnobs, iosApp } from './iphone.ts'
import type { SoftwarePhone } from './phone.ts'

/** Seconds. */
export const phoneStart = authorityNow.getTime() / 1000
export const appleAuthority = createAppleAuthority(authorityNow)

/** Both test authorities, with a status list that names nobody. */
export const phoneTrust: ServerTrust = {
  roots: [],
  android: {
    roots: [authorityRoot],
    status: parseStatusList({ entries: {} }),
    statusFetchedAt: authorityNow,
    testOnly: true,
  },
  apple: { roots: [appleAuthority.root], testOnly: true },
}

/** The apps of the test authorities. */
export const phoneApps = {
  android: [
    {
      packageName: attestedApp.packageName,
      signerDigests: ['00'.repeat(32), Buffer.from(attestedApp.signer).toString('hex')],
    },
  ],
  ios: [iosApp],
} as const satisfies NonNullable<PolicyOverrides['registration']>['apps']

/** A server that registers phones of the test authorities. */
export async function startPhoneServer(
  apps: NonNullable<PolicyOverrides['registration']>['apps'] = {},
  options: Partial<KeyboundServerOptions> = {},
) {
  const clock = createClock(phoneStart)
  const policy = { ...options.policy, registration: { apps: { ...phoneApps, ...apps } } }
  const server = await startWithAccounts({ now: clock.now, trust: phoneTrust, ...options, policy })

  /** Password sign-in and registration of a phone. */
  async function registerPhone<Knobs extends AndroidKnobs & IphoneKnobs>(
    phone: SoftwarePhone,
    knobs?: Knobs,
    more: { readonly username?: string; readonly replaces?: string } = {},
  ) {
    const signedIn = await server.signIn(more.username ?? 'ada')
    const options = await server.registrationOptions(signedIn)
    const body = {
      grant: signedIn.registrationGrant?.token,
      operationId: server.newOperationId(),
      ...(await phone.register(options, knobs)),
      ...(more.replaces === undefined ? {} : { replaces: more.replaces }),
    }
    const token = signedIn.session.token
    const send = () => server.call<RegistrationAnswer>('POST', '/v1/registration', { token, body })
    return { answer: await send(), send, signedIn, options, body }
  }

  /** Sign-in to an opaque session. */
  async function signInByPhone(phone: SoftwarePhone, origin?: string) {
    const options = await server.authenticationOptions(server.ada)
    const response = phone.authenticate(options, origin === undefined ? {} : { origin })
    return server.call<SignInAnswer>('POST', '/v1/authentication', { body: { response } })
  }

  return { ...server, clock, registerPhone, signInByPhone }
}

export type PhoneServer = Awaited<ReturnType<typeof startPhoneServer>>

/** One phone of each kind. */
export const phoneMakers = {
  android: () => createAndroidPhone(),
  ios: () => createIphone(appleAuthority),
} as const
