/// Why a call can fail: `hardwareErrorCodes` of @keybound/phone, which a test keeps equal to this list.
enum HardwareErrorCode: String, CaseIterable {
  case userCanceled
  case systemCanceled
  case promptBusy
  case authenticationFailed
  case lockedOut
  case lockedOutPermanently
  case notAvailable
  case notEnrolled
  case weakOnly
  case permissionDenied
  case passcodeNotSet
  case securityUpdateRequired
  case deviceLocked
  case strongBoxUnavailable
  case integrityUnavailable
  case keyExists
  case keyMissing
  case keyInvalidated
  case keyNotAuthorized
  case policyNotEnforced
  case policyUnsupported
  case handleUnknown
  case openFailed
  case storageFailed
  case networkFailed
  case pinMismatch
  case invalidArgument
  case unsupported
  case `internal`
}
