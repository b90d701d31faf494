import type { PlatformVault, VaultKeys, VaultOwner } from '@keybound/client'
import { authenticate, withOwnKey } from '../assertion/authenticate.ts'
import { aliasOf } from '../credentials/aliases.ts'
import { native, refusal } from '../errors.ts'
import { fetchNatively } from '../http/fetch.ts'
import { watch } from '../lifecycle.ts'
import type { PhoneSettings } from '../options.ts'
import type { Phone } from '../phone.ts'
import { prompting } from '../prompt.ts'
import { register } from '../registration/register.ts'
import { createPhoneSealing, handleOf } from './phone-sealing.ts'
import { newSessionKey, proofKeyOf } from './signing-keys.ts'

/** Vault and token keys of a phone: pairs under the sealing key of the credential, the proof key in hardware. */
export function createPhoneVault(phone: Phone, settings: PhoneSettings): PlatformVault {
  const { hardware, credentials } = phone

  /** Both pairs of a vault. No prompt: only opening takes one. */
  async function makeKeys(owner: VaultOwner): Promise<VaultKeys> {
    const make = (use: keyof VaultKeys) =>
      native(hardware.newVaultPair(aliasOf(owner.credentialId, 'sealing'), contextOf(owner, use)))
    return { unlock: await make('unlock'), everyTime: await make('everyTime') }
  }

  return {
    ...createPhoneSealing(phone),
    touch: 'either',
    async register(options, owner, signal) {
      const registration = await register(phone, settings, options, signal)
      const { id } = registration.response
      try {
        return { ...registration, keys: await makeKeys({ ...owner, credentialId: id }) }
      } catch (error) {
        await credentials.drop(id, true).catch(() => {})
        throw error
      }
    },
    async authenticate(options, { owner, keys }, signal) {
      const response = await authenticate(phone, settings, options, signal)
      return keys ? { response } : { response, keys: await makeKeys(owner) }
    },
    async openKey({ owner, keys, open }, signal) {
      const credential = await credentials.use(owner.credentialId)
      if (!credential) throw refusal('keyMissing')
      const text = settings.promptText(open === 'unlock' ? 'unlock' : 'readSecret')
      const opened = await withOwnKey(phone, credential, () =>
        prompting(hardware, signal, () =>
          hardware.openVaultPair(
            aliasOf(owner.credentialId, 'sealing'),
            keys[open],
            contextOf(owner, open),
            text,
          ),
        ),
      )
      return handleOf(opened)
    },
    async proofKey(_name, { credentialId }, make) {
      const credential = await credentials.use(credentialId)
      if (credential) return proofKeyOf(phone, credential)
      // Made with the credential and never again.
      if (make) throw refusal('keyMissing')
      return undefined
    },
    sessionKey: () => newSessionKey(phone),
    files: phone.vaultFiles,
    exclusive: phone.exclusive,
    randomBytes: phone.random,
    now: settings.now,
    watch: (listener) => watch(hardware, listener),
    fetch: (request) => fetchNatively(hardware, request),
  }
}

/** What a pair is bound to (docs/vault.md). */
function contextOf({ server, account, credentialId }: VaultOwner, use: keyof VaultKeys): string {
  return JSON.stringify(['keybound/phone/sealing/v1', server, account, credentialId, use])
}
