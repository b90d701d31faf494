import Foundation
import Security

/// Takes over the error that a call of Security left behind.
enum SecurityFailure {
  static func take(_ failure: Unmanaged<CFError>?, keyDiesWithEnrolment: Bool) -> HardwareError {
    guard let failure else {
      return HardwareError(.internal, "Unexpected failure of Security without an error, expected its number.")
    }
    return SystemErrors.meaning(
      of: failure.takeRetainedValue() as Error, keyDiesWithEnrolment: keyDiesWithEnrolment)
  }
}
