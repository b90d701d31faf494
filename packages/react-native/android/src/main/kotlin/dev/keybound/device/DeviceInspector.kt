package dev.keybound.device

/** Says what a device can do. The system's answers are hints: only making a key tells whether it can be made. */
class DeviceInspector(
    val app: AppFacts,
    private val state: DeviceState,
) {
    /** Whether a PIN, pattern or password is set. */
    val screenLock: Boolean get() = state.isDeviceSecure()

    /** Made for debugging or running on an emulator. */
    val isDevelopment: Boolean get() = app.debuggable || app.emulator

    /** `none`, `multiple` or the one sensor there is. */
    val biometry: String
        get() =
            when (app.sensors.size) {
                0 -> "none"
                1 -> app.sensors.single()
                else -> "multiple"
            }

    /** Where keys can live, weakest first. */
    val keyLevels: List<String>
        get() =
            when {
                app.emulator -> listOf("software")
                app.strongBoxFeature && app.apiLevel >= STRONG_BOX_SINCE -> listOf("trustedEnvironment", "strongBox")
                else -> listOf("trustedEnvironment")
            }

    /** Only Class 3 biometrics open keys; a Class 2 one alone is its own reason, since a prompt would accept it. */
    fun status(): DeviceStatus {
        val strong = state.canAuthenticate(STRONG)
        if (strong == SUCCESS || strong == STATUS_UNKNOWN) {
            return if (state.isDeviceSecure()) DeviceStatus.READY else DeviceStatus.PASSCODE_NOT_SET
        }
        if (strong == HW_UNAVAILABLE) return DeviceStatus.UNAVAILABLE
        if (strong == SECURITY_UPDATE_REQUIRED) return DeviceStatus.SECURITY_UPDATE_REQUIRED
        if (state.canAuthenticate(WEAK) == SUCCESS) return DeviceStatus.WEAK_ONLY
        if (strong != NONE_ENROLLED) return DeviceStatus.NO_HARDWARE
        return if (state.isDeviceSecure()) DeviceStatus.NOT_ENROLLED else DeviceStatus.PASSCODE_NOT_SET
    }

    companion object {
        /** `BiometricManager.Authenticators.BIOMETRIC_STRONG`: what prompts take, not to be mixed with `KeyProperties.AUTH_…`. */
        const val STRONG = 15

        /** `BiometricManager.Authenticators.BIOMETRIC_WEAK`. */
        const val WEAK = 255

        private const val STRONG_BOX_SINCE = 28
        private const val SUCCESS = 0
        private const val STATUS_UNKNOWN = -1
        private const val HW_UNAVAILABLE = 1
        private const val NONE_ENROLLED = 11
        private const val SECURITY_UPDATE_REQUIRED = 15
    }
}
