import type { HardwareError, HardwareErrorCode } from '@keybound/phone'

/** What `SecureHardware` rejects with. */
export function hardwareError(code: HardwareErrorCode, message: string, nativeCode?: number): HardwareError {
  const error = Object.assign(new Error(message), { code })
  return nativeCode === undefined ? error : Object.assign(error, { userInfo: { nativeCode } })
}

/** An argument outside its bounds. */
export function invalidArgument(found: string, expected: string): HardwareError {
  return hardwareError('invalidArgument', `Unexpected ${found}, expected ${expected}. Check the call.`)
}
