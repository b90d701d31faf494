import type { Platform } from '@keybound/client'
import { authenticate } from './assertion/authenticate.ts'
import { checkAvailability } from './availability.ts'
import { reasonOf } from './errors.ts'
import { request } from './http/request.ts'
import { type PhoneOptions, settingsOf } from './options.ts'
import { phoneOf } from './phone.ts'
import { register } from './registration/register.ts'

/**
 * A phone as a platform. Keys live in its secure hardware, one set of three for each credential; records without secrets
 * in files of the app that no backup takes; HTTP goes natively, with the app's pins. Touches nothing before it is asked to.
 */
export function phonePlatform(options: PhoneOptions): Platform {
  const { hardware } = options
  const settings = settingsOf(options)
  const phone = phoneOf(hardware)
  const { credentials } = phone
  return {
    availability: () => checkAvailability(hardware, settings.keys),
    register: (registration, signal) => register(phone, settings, registration, signal),
    keep: (credentialId) => credentials.keep(credentialId),
    authenticate: (authentication, signal, transaction) =>
      authenticate(phone, settings, authentication, signal, transaction),
    forget: (_rpId, credentialId, removed = false) => credentials.drop(credentialId, removed).catch(() => {}),
    reasonOf,
    async startReason(credentialId) {
      const { id, orphaned } = await credentials.installation()
      const credential = credentialId === undefined ? undefined : await credentials.use(credentialId)
      if (!credential) return orphaned ? 'orphaned' : undefined
      if ((await credentials.state(credential.id)) === 'ready') return undefined
      return credential.installation === id ? 'invalidated' : 'orphaned'
    },
    storage: phone.records,
    request: (sent) => request(hardware, sent),
    sha256: phone.sha256,
    monotonicNow: settings.monotonicNow,
    wait: settings.wait,
  }
}
