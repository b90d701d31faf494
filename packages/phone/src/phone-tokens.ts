import { type SecureOptions, type TokenSessions, tokenSessions } from '@keybound/client'
import { type PhoneOptions, settingsOf } from './options.ts'
import { phoneOf } from './phone.ts'
import { createPhoneVault } from './sealing/phone-vault.ts'

/** How sessions with tokens are wanted on a phone. `keys` says what keys of the hardware have to be. */
export type PhoneTokensOptions = Omit<SecureOptions, 'keys'> & PhoneOptions

/**
 * Tokens, vault and lock on a phone, for the option `tokens` of `createKeyboundClient`. Give it the same hardware and the
 * same options as `phonePlatform`.
 */
export function phoneTokens(options: PhoneTokensOptions): TokenSessions {
  const { hardware, keys: _, prompts, now, monotonicNow, wait, ...secure } = options
  return tokenSessions({ ...secure, keys: createPhoneVault(phoneOf(hardware), settingsOf(options)) })
}
