import CryptoTokenKit
import Foundation
import LocalAuthentication
import Security

/// What the system's numbers mean, in one place: LAError, OSStatus of Security, TKError of the Secure Enclave's driver.
enum SystemErrors {
  /// An error that a call of Security or LocalAuthentication gave. `keyDiesWithEnrolment` decides what a refusal by the
  /// Secure Enclave means: which of three codes an iOS version gives for a key whose set of fingers changed is not
  /// documented, so all three count.
  static func meaning(
    of error: Error, keyDiesWithEnrolment: Bool, biometryType: LABiometryType = .none
  ) -> HardwareError {
    let system = error as NSError
    switch system.domain {
    case LAError.errorDomain:
      return meaning(ofLocalAuthentication: system.code, biometryType: biometryType)
    case NSOSStatusErrorDomain:
      return meaning(of: OSStatus(truncatingIfNeeded: system.code), keyDiesWithEnrolment: keyDiesWithEnrolment)
    case TKError.errorDomain:
      return meaning(ofToken: system.code, keyDiesWithEnrolment: keyDiesWithEnrolment)
    default:
      return HardwareError(error)
    }
  }

  /// An OSStatus of Security.
  static func meaning(of status: OSStatus, keyDiesWithEnrolment: Bool) -> HardwareError {
    let number = Int(status)
    switch status {
    case errSecItemNotFound:
      return HardwareError(
        .keyMissing, "Unexpected absence of the key, expected it. Register again.", nativeCode: number)
    case errSecAuthFailed:
      return refused(keyDiesWithEnrolment, number)
    case errSecInteractionNotAllowed:
      return locked(number)
    case errSecDuplicateItem:
      return HardwareError(
        .keyExists, "Unexpected key of that alias, expected none. Delete it first.", nativeCode: number)
    case errSecUserCanceled:
      return canceledByUser(number)
    case errSecNotAvailable:
      return HardwareError(
        .notAvailable, "Unexpected absence of a keychain, expected one. Restart the device.", nativeCode: number)
    case errSecMissingEntitlement:
      return HardwareError(
        .notAvailable,
        "Unexpected app without the entitlement keychain-access-groups, expected it signed with one. "
          + "Sign the app with a development team; in an extension share the access group.",
        nativeCode: number)
    case errSecUnimplemented:
      return HardwareError(.unsupported, "Unexpected call, expected one that this system has.", nativeCode: number)
    default:
      return HardwareError(
        .internal, "Unexpected status of Security, expected success. Report it with its number.", nativeCode: number)
    }
  }

  /// An LAError, by its number.
  static func meaning(ofLocalAuthentication number: Int, biometryType: LABiometryType) -> HardwareError {
    switch LAError.Code(rawValue: number) {
    case .authenticationFailed:
      return HardwareError(
        .authenticationFailed, "Unexpected finger or face, expected an enrolled one. Try again.", nativeCode: number)
    case .userCancel, .userFallback:
      return canceledByUser(number)
    case .systemCancel, .appCancel:
      return HardwareError(
        .systemCanceled, "Unexpected end of the prompt, expected an answer to it. Ask again.", nativeCode: number)
    case .passcodeNotSet:
      return HardwareError(
        .passcodeNotSet, "Unexpected device without passcode, expected one. Set it in Settings.", nativeCode: number)
    case .biometryNotAvailable where biometryType != .none:
      return HardwareError(
        .permissionDenied, "Unexpected refusal of Face ID for this app, expected consent. Allow it in Settings.",
        nativeCode: number)
    case .biometryNotEnrolled:
      return HardwareError(
        .notEnrolled, "Unexpected absence of fingers and faces, expected one. Enrol one in Settings.",
        nativeCode: number)
    case .biometryLockout:
      return HardwareError(
        .lockedOutPermanently, "Unexpected lockout after failed tries, expected none. Unlock with the passcode.",
        nativeCode: number)
    case .notInteractive:
      return locked(number)
    case .biometryNotAvailable, .biometryNotPaired, .biometryDisconnected, .companionNotAvailable:
      return HardwareError(
        .notAvailable, "Unexpected device without biometry, expected Face ID or Touch ID.", nativeCode: number)
    default:
      return HardwareError(
        .internal, "Unexpected error of LocalAuthentication, expected none. Report it with its number.",
        nativeCode: number)
    }
  }

  private static func meaning(ofToken number: Int, keyDiesWithEnrolment: Bool) -> HardwareError {
    switch TKError.Code(rawValue: number) {
    case .corruptedData, .objectNotFound:
      return refused(keyDiesWithEnrolment, number)
    case .canceledByUser:
      return canceledByUser(number)
    case .authenticationFailed:
      return HardwareError(
        .authenticationFailed, "Unexpected finger or face, expected an enrolled one. Try again.", nativeCode: number)
    case .authenticationNeeded:
      return locked(number)
    default:
      return HardwareError(
        .internal, "Unexpected error of the Secure Enclave, expected none. Report it with its number.",
        nativeCode: number)
    }
  }

  private static func refused(_ keyDiesWithEnrolment: Bool, _ number: Int) -> HardwareError {
    keyDiesWithEnrolment
      ? HardwareError(
        .keyInvalidated, "Unexpected change of fingers or faces, expected those of the registration. Register again.",
        nativeCode: number)
      : HardwareError(
        .authenticationFailed, "Unexpected refusal by the Secure Enclave, expected consent. Try again.",
        nativeCode: number)
  }

  private static func canceledByUser(_ number: Int) -> HardwareError {
    HardwareError(.userCanceled, "Unexpected end of the prompt by its user, expected a touch.", nativeCode: number)
  }

  private static func locked(_ number: Int) -> HardwareError {
    HardwareError(
      .deviceLocked, "Unexpected locked device or app out of sight, expected both in use. Try again later.",
      nativeCode: number)
  }
}
