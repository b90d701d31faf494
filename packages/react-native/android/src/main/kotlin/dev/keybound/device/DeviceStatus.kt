package dev.keybound.device

import dev.keybound.failure.FailureCode

/** Whether keys can be used with a biometric now, and if not why. */
enum class DeviceStatus(
    /** As JavaScript reads it. */
    val wire: String,
    /** What making a key that takes a biometric fails with; null where it may succeed all the same. */
    val creationFailure: FailureCode?,
) {
    READY("ready", null),
    NO_HARDWARE("noHardware", FailureCode.NOT_AVAILABLE),

    /** The sensor is busy or switched off: keys are made without it. */
    UNAVAILABLE("unavailable", null),
    NOT_ENROLLED("notEnrolled", FailureCode.NOT_ENROLLED),
    WEAK_ONLY("weakOnly", FailureCode.WEAK_ONLY),
    PASSCODE_NOT_SET("passcodeNotSet", FailureCode.PASSCODE_NOT_SET),
    SECURITY_UPDATE_REQUIRED("securityUpdateRequired", FailureCode.SECURITY_UPDATE_REQUIRED),
}
