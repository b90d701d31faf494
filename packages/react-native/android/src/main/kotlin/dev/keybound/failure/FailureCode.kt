package dev.keybound.failure

/** Why a call of the hardware can fail: `hardwareErrorCodes` of `@keybound/phone`, word for word. */
enum class FailureCode(
    /** As JavaScript reads it. */
    val wire: String,
) {
    USER_CANCELED("userCanceled"),
    SYSTEM_CANCELED("systemCanceled"),
    PROMPT_BUSY("promptBusy"),
    AUTHENTICATION_FAILED("authenticationFailed"),
    LOCKED_OUT("lockedOut"),
    LOCKED_OUT_PERMANENTLY("lockedOutPermanently"),
    NOT_AVAILABLE("notAvailable"),
    NOT_ENROLLED("notEnrolled"),
    WEAK_ONLY("weakOnly"),
    PERMISSION_DENIED("permissionDenied"),
    PASSCODE_NOT_SET("passcodeNotSet"),
    SECURITY_UPDATE_REQUIRED("securityUpdateRequired"),
    DEVICE_LOCKED("deviceLocked"),
    STRONG_BOX_UNAVAILABLE("strongBoxUnavailable"),
    INTEGRITY_UNAVAILABLE("integrityUnavailable"),
    KEY_EXISTS("keyExists"),
    KEY_MISSING("keyMissing"),
    KEY_INVALIDATED("keyInvalidated"),
    KEY_NOT_AUTHORIZED("keyNotAuthorized"),
    POLICY_NOT_ENFORCED("policyNotEnforced"),
    POLICY_UNSUPPORTED("policyUnsupported"),
    HANDLE_UNKNOWN("handleUnknown"),
    OPEN_FAILED("openFailed"),
    STORAGE_FAILED("storageFailed"),
    NETWORK_FAILED("networkFailed"),
    PIN_MISMATCH("pinMismatch"),
    INVALID_ARGUMENT("invalidArgument"),
    UNSUPPORTED("unsupported"),
    INTERNAL("internal"),
}
