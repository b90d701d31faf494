package dev.keybound.device

/** The app as the package manager knows it, and the phone it runs on. */
data class AppFacts(
    val apiLevel: Int,
    val packageName: String,
    /** SHA-256 of each certificate that the app is signed with. */
    val signingDigests: List<ByteArray>,
    /** `ApplicationInfo.FLAG_DEBUGGABLE`. */
    val debuggable: Boolean,
    val emulator: Boolean,
    /** `PackageManager.FEATURE_STRONGBOX_KEYSTORE`. */
    val strongBoxFeature: Boolean,
    /** Among `fingerprint`, `face`, `iris`. */
    val sensors: List<String>,
)

/** What changes while the app runs, asked anew each time. */
interface DeviceState {
    /** `BiometricManager.canAuthenticate` for the given `Authenticators`. */
    fun canAuthenticate(authenticators: Int): Int

    /** `KeyguardManager.isDeviceSecure`: a PIN, pattern or password. */
    fun isDeviceSecure(): Boolean
}
