import type { HardwareErrorCode, KeyRequest, PromptText } from '@keybound/phone'
import {
  type VirtualAndroidOptions,
  type VirtualIosOptions,
  type VirtualPhone,
  virtualPhone,
} from '@keybound/virtual-phone'
import { authority } from '../subject.ts'

/** Brings an error about; resolves or rejects as the app's call does. */
export type Way = () => Promise<unknown>

/** Several of them, by what is done. */
export type Ways = Readonly<Record<string, Way>>

/** One error of a system, and what an app is told when it comes. */
export interface ErrorRow {
  /** Whose number it is, or the class of the exception. */
  readonly domain: string
  /** As the system's headers name it. */
  readonly name: string
  /** Undefined for exceptions that carry none. */
  readonly number: number | undefined
  readonly code: HardwareErrorCode
  /** How it comes about, by what is done. `injected` is the fault injection of the virtual phone. */
  readonly ways: Ways
  /** Why no phone tells it to Keybound, with the source. It is injected all the same: the unexpected keeps its number. */
  readonly never?: string
}

export const finger = 'right index'
export const message = 'AQID'
export const context = 'table'
export const words: PromptText = { title: 'Sign in', subtitle: '', description: '', cancel: 'Cancel' }

export const android = (options: VirtualAndroidOptions = {}) =>
  virtualPhone.android({ ...options, authority })
export const ios = (options: VirtualIosOptions = {}) => virtualPhone.ios({ ...options, authority })

/** The key `key` on a phone. */
export function createKey({ hardware }: VirtualPhone, more: Partial<KeyRequest> = {}) {
  return hardware.createKey({
    alias: 'key',
    role: 'signing',
    enrolment: 'currentSet',
    strongBox: 'no',
    allowSoftware: false,
    attestationChallenge: 'A'.repeat(43),
    ...more,
  })
}

export const sign = ({ hardware }: VirtualPhone) => hardware.sign('key', message, words)

/** Makes a signing key, lets something happen, and signs. */
export function signAfter(
  make: () => VirtualPhone,
  happen: (phone: VirtualPhone) => Promise<unknown>,
  more: Partial<KeyRequest> = {},
): Way {
  return async () => {
    const phone = make()
    await createKey(phone, more)
    await happen(phone)
    return sign(phone)
  }
}

/** Makes a signing key, signs, and lets something happen while the prompt is up. */
export function signWhile(make: () => VirtualPhone, happen: (phone: VirtualPhone) => Promise<unknown>): Way {
  return async () => {
    const phone = make()
    await createKey(phone)
    const shown = new Promise<void>((resolve) => {
      phone.watch(({ type }) => type === 'prompt' && resolve())
    })
    const signature = sign(phone)
    // Until it is awaited below it may reject unheard.
    signature.catch(() => undefined)
    await shown
    await happen(phone)
    return signature
  }
}

/** Lets something happen, and makes a key. */
export function createAfter(
  make: () => VirtualPhone,
  happen: (phone: VirtualPhone) => Promise<unknown>,
  more: Partial<KeyRequest> = {},
): Way {
  return async () => {
    const phone = make()
    await happen(phone)
    return createKey(phone, more)
  }
}

/** Ends a signature's prompt with a number. The failure must leave nothing behind: the next touch signs. */
export function failedPrompt(make: () => VirtualPhone, code: number): Way {
  return async () => {
    const phone = make()
    await createKey(phone)
    await phone.failPrompt(code)
    return oneFailure(phone, () => sign(phone))
  }
}

/** Makes one system call of a signature fail, as {@link failedPrompt}. */
export function failedCall(
  make: () => VirtualPhone,
  failure: Parameters<VirtualPhone['failNext']>[0],
  more: Partial<KeyRequest> = {},
): Way {
  return async () => {
    const phone = make()
    await createKey(phone, more)
    await phone.failNext(failure)
    // Waits for the prompt, if one comes before the call that fails.
    void phone.touch(finger)
    return oneFailure(phone, () => sign(phone))
  }
}

/** Opens a pair of the vault whose fresh key was sealed to another phone's key. */
export function openForeignPair(make: () => VirtualPhone): Way {
  return async () => {
    const [phone, other] = [make(), make()]
    await createKey(phone, { role: 'sealing' })
    await createKey(other, { role: 'sealing' })
    const pair = await other.hardware.newVaultPair('key', context)
    void phone.touch(finger)
    return phone.hardware.openVaultPair('key', pair, context, words)
  }
}

/** Opens a pair of the vault while one system call fails. */
export function openFailing(make: () => VirtualPhone, failure: Parameters<VirtualPhone['failNext']>[0]): Way {
  return async () => {
    const phone = make()
    await createKey(phone, { role: 'sealing' })
    const pair = await phone.hardware.newVaultPair('key', context)
    await phone.failNext(failure)
    void phone.touch(finger)
    return phone.hardware.openVaultPair('key', pair, context, words)
  }
}

/** Makes the rows of the numbers with which a system's prompt ends. */
export const promptRow =
  (domain: string, make: () => VirtualPhone) =>
  (number: number, name: string, code: HardwareErrorCode, more: Partial<ErrorRow> = {}): ErrorRow => ({
    domain,
    name,
    number,
    code,
    ...more,
    ways: { injected: failedPrompt(make, number), ...more.ways },
  })

/** So many touches of somebody who is not enrolled. */
export const strangers = (misses: number) => async (phone: VirtualPhone) => {
  for (let miss = 0; miss < misses; miss += 1) void phone.touch('a stranger')
}

async function oneFailure(phone: VirtualPhone, use: () => Promise<string>): Promise<string> {
  const first = await use().then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  if ('value' in first) return first.value
  await phone.clearTouches()
  const [signature] = await Promise.all([use(), phone.touch(finger)])
  if (signature === '') throw new Error('Unexpected end of the key after one failure, expected a signature.')
  throw first.error
}
