export {
  type HardwareError,
  type HardwareErrorCode,
  hardwareErrorCodes,
  isHardwareError,
} from './hardware/hardware-error.ts'
export type * from './hardware/secure-hardware.ts'
