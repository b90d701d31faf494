import Foundation
import LocalAuthentication

/// Whether keys can be used with a biometric now, and if not why. Asks with a context of its own: one that a prompt uses
/// would answer for that prompt, and asking inside an answer deadlocks.
struct Availability {
  /// Names as in `DeviceDescription`.
  enum Status: String {
    case ready, noHardware, unavailable, notEnrolled, permissionDenied, passcodeNotSet, lockedOutPermanently
  }

  let status: Status
  /// `none`, `fingerprint` or `face`, as in `DeviceDescription`.
  let biometry: String
  let screenLock: Bool
  private let refusal: HardwareError?

  static func now(explainsFaceID: Bool) -> Availability {
    let context = LAContext()
    var error: NSError?
    let ready = context.canEvaluatePolicy(.deviceOwnerAuthenticationWithBiometrics, error: &error)
    // Valid only after the question, whatever the answer.
    let type = context.biometryType
    if type == .faceID && !explainsFaceID {
      return Availability(
        status: .unavailable, biometry: "face", screenLock: hasPasscode(),
        refusal: HardwareError(
          .notAvailable,
          "Unexpected Info.plist without NSFaceIDUsageDescription, expected it. Add the config plugin's faceIdText."))
    }
    if ready { return Availability(status: .ready, biometry: name(of: type), screenLock: true, refusal: nil) }
    let number = error?.code ?? LAError.Code.biometryNotAvailable.rawValue
    let refusal = SystemErrors.meaning(ofLocalAuthentication: number, biometryType: type)
    return Availability(
      status: status(for: refusal.code, type), biometry: name(of: type),
      screenLock: refusal.code != .passcodeNotSet && hasPasscode(), refusal: refusal)
  }

  /// Throws why keys that need a biometric can be neither made nor used now. A lockout refuses uses only.
  func require(forUse: Bool) throws {
    guard let refusal, forUse || status != .lockedOutPermanently else { return }
    throw refusal
  }

  private static func status(for code: HardwareErrorCode, _ type: LABiometryType) -> Status {
    switch code {
    case .permissionDenied: return .permissionDenied
    case .notEnrolled: return .notEnrolled
    case .passcodeNotSet: return .passcodeNotSet
    case .lockedOutPermanently: return .lockedOutPermanently
    default: return type == .none ? .noHardware : .unavailable
    }
  }

  /// Only asks whether a passcode is set: no key and no prompt of ours takes it for a biometric.
  private static func hasPasscode() -> Bool {
    var error: NSError?
    if LAContext().canEvaluatePolicy(.deviceOwnerAuthentication, error: &error) { return true }
    return error?.code != LAError.Code.passcodeNotSet.rawValue
  }

  private static func name(of type: LABiometryType) -> String {
    switch type {
    case .touchID: return "fingerprint"
    case .none: return "none"
    // Optic ID too: an eye is not what the words of a prompt should name, and what it guards is the same.
    default: return "face"
    }
  }
}
