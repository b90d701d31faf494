import type { Availability, PhoneUnavailableReason, PlatformProperties } from '@keybound/client'
import { KeyboundError } from '@keybound/protocol'
import { native, refusal } from './errors.ts'
import type { HardwareErrorCode } from './hardware/hardware-error.ts'
import type { DeviceDescription, SecureHardware } from './hardware/secure-hardware.ts'
import type { KeyPolicy } from './options.ts'

/** The refusal that says each reason in words. */
const refusals: { readonly [R in PhoneUnavailableReason]: HardwareErrorCode } = {
  noHardware: 'notAvailable',
  unavailable: 'notAvailable',
  notEnrolled: 'notEnrolled',
  weakOnly: 'weakOnly',
  permissionDenied: 'permissionDenied',
  passcodeNotSet: 'passcodeNotSet',
  lockedOut: 'lockedOut',
  lockedOutPermanently: 'lockedOutPermanently',
  securityUpdateRequired: 'securityUpdateRequired',
  softwareOnly: 'policyNotEnforced',
}

/** What this phone can do now, without a prompt. */
export async function checkAvailability(
  hardware: SecureHardware,
  keys: Required<KeyPolicy>,
): Promise<Availability> {
  const device = await native(hardware.describe())
  const reason = missing(device, keys)
  const properties = propertiesOf(device, keys)
  if (!reason) return { available: true, properties }
  return { available: false, reason, explanation: refusal(refusals[reason]).message, properties }
}

/** Refuses to begin what could only fail, before a key is made. */
export function requireReady(device: DeviceDescription, keys: Required<KeyPolicy>): void {
  const reason = missing(device, keys)
  if (!reason) return
  const { code, message } = refusal(refusals[reason])
  throw new KeyboundError(code, message)
}

function missing(
  { status, keyLevels }: DeviceDescription,
  { allowSoftware }: Required<KeyPolicy>,
): PhoneUnavailableReason | undefined {
  if (status !== 'ready') return status
  return allowSoftware || keyLevels.some((level) => level !== 'software') ? undefined : 'softwareOnly'
}

/** The table of platforms in the design, for this phone. */
function propertiesOf(
  { platform, keyLevels, appIntegrity }: DeviceDescription,
  { enrolment }: Required<KeyPolicy>,
): PlatformProperties {
  const hardware = keyLevels.some((level) => level !== 'software')
  const android = platform === 'android'
  return Object.freeze({
    hardwareProven: !hardware ? 'no' : android ? 'always' : appIntegrity ? 'byApp' : 'no',
    biometricOnly: !hardware ? 'no' : android ? 'proven' : 'enforced',
    diesOnEnrolmentChange: enrolment === 'currentSet' ? 'enforced' : 'no',
    deviceBound: 'yes',
    appIdentity: android ? 'attestedWithKey' : 'appAttest',
    sealing: 'withoutPrompt',
  })
}
