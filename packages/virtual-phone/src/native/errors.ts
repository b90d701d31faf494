import type { HardwareError, HardwareErrorCode } from '@keybound/phone'

/** What `SecureHardware` rejects with. */
export function hardwareError(code: HardwareErrorCode, message: string, nativeCode?: number): HardwareError {
  const error = Object.assign(new Error(message), { code })
  return nativeCode === undefined ? error : Object.assign(error, { userInfo: { nativeCode } })
}

/** Bytes that were not encrypted to the key that is to open them. */
export function foreignBytes(nativeCode: number | undefined): HardwareError {
  const message = 'Unexpected bytes, expected what was encrypted to this key.'
  return hardwareError('openFailed', message, nativeCode)
}

/** An argument outside its bounds. */
export function invalidArgument(found: string, expected: string): HardwareError {
  return hardwareError('invalidArgument', `Unexpected ${found}, expected ${expected}. Check the call.`)
}
