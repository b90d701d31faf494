package dev.keybound.failure

/** What the numbers of `BiometricPrompt.onAuthenticationError` mean. Every one keeps its number. */
object PromptErrors {
    private val codes =
        mapOf(
            1 to FailureCode.NOT_AVAILABLE, // HW_UNAVAILABLE
            2 to FailureCode.AUTHENTICATION_FAILED, // UNABLE_TO_PROCESS
            3 to FailureCode.SYSTEM_CANCELED, // TIMEOUT
            4 to FailureCode.NOT_AVAILABLE, // NO_SPACE
            5 to FailureCode.SYSTEM_CANCELED, // CANCELED
            7 to FailureCode.LOCKED_OUT, // LOCKOUT: five failures, 30 seconds
            8 to FailureCode.NOT_AVAILABLE, // VENDOR
            9 to FailureCode.LOCKED_OUT_PERMANENTLY, // LOCKOUT_PERMANENT: until PIN, pattern or password
            10 to FailureCode.USER_CANCELED, // USER_CANCELED
            11 to FailureCode.NOT_ENROLLED, // NO_BIOMETRICS
            12 to FailureCode.NOT_AVAILABLE, // HW_NOT_PRESENT
            13 to FailureCode.USER_CANCELED, // NEGATIVE_BUTTON
            14 to FailureCode.PASSCODE_NOT_SET, // NO_DEVICE_CREDENTIAL
            15 to FailureCode.SECURITY_UPDATE_REQUIRED, // SECURITY_UPDATE_REQUIRED
            18 to FailureCode.NOT_AVAILABLE, // SENSOR_PRIVACY: camera switched off for all apps
            20 to FailureCode.NOT_AVAILABLE, // IDENTITY_CHECK_NOT_ACTIVE
            22 to FailureCode.USER_CANCELED, // MORE_OPTIONS
        )

    /** The failure for a number; one that is not known is `internal` and keeps it. */
    fun failureOf(
        number: Int,
        message: String,
    ): HardwareFailure = HardwareFailure(codes[number] ?: FailureCode.INTERNAL, message, number)
}
