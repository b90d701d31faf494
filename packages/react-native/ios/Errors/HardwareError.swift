import Foundation

/// What every call of the hardware fails with.
struct HardwareError: Error, Equatable {
  let code: HardwareErrorCode
  /// "Unexpected X, expected Y. Do Z." Holds no secret and no value of the caller's.
  let message: String
  /// The system's own number, where it gave one; kept also for codes that we know.
  let nativeCode: Int?

  init(_ code: HardwareErrorCode, _ message: String, nativeCode: Int? = nil) {
    self.code = code
    self.message = message
    self.nativeCode = nativeCode
  }

  /// Any error as one of ours: what was not foreseen is `internal`, with its number.
  init(_ error: Error) {
    if let known = error as? HardwareError {
      self = known
      return
    }
    let system = error as NSError
    self.init(
      .internal,
      "Unexpected failure of \(system.domain), expected none. Report it with its number.",
      nativeCode: system.code)
  }

  static func argument(_ found: String, _ expected: String) -> HardwareError {
    HardwareError(.invalidArgument, "Unexpected \(found), expected \(expected). Correct the call.")
  }
}
