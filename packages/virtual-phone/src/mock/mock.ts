import type { SecureHardware } from '@keybound/phone'
import { type VirtualPhone, virtualPhone } from '../virtual-phone.ts'

let inUse: VirtualPhone | undefined

/** The phone that `nativeHardware()` speaks of from now on: one for each test, so that none inherits keys. */
export function useVirtualPhone(phone: VirtualPhone): VirtualPhone {
  inUse = phone
  return phone
}

/** The phone in use: to touch it. An Android phone until {@link useVirtualPhone} says otherwise. */
export function currentVirtualPhone(): VirtualPhone {
  inUse ??= virtualPhone.android()
  return inUse
}

/** As in `@keybound/react-native`: the hardware of the phone in use. */
export function nativeHardware(): SecureHardware {
  return currentVirtualPhone().hardware
}
