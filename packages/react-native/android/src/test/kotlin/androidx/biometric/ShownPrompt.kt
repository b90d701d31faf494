package androidx.biometric

/** The prompt that was shown last. It lies in this package because the stand-in keeps it from every other. */
object ShownPrompt {
    /** Null where none was shown. */
    val last: BiometricPrompt? get() = BiometricPrompt.last

    val crypto: BiometricPrompt.CryptoObject get() = BiometricPrompt.last.crypto
    val callback: BiometricPrompt.AuthenticationCallback get() = BiometricPrompt.last.callback
    val isCanceled: Boolean get() = BiometricPrompt.last.canceled

    /** Title, subtitle, description, and the button that closes it. */
    val words: List<CharSequence?> get() = BiometricPrompt.last.info.run { listOf(title, subtitle, description, negative) }
    val authenticators: Int get() = BiometricPrompt.last.info.authenticators
    val takesConfirmation: Boolean get() = BiometricPrompt.last.info.confirmation

    /** As if none had been shown. */
    fun forget() {
        BiometricPrompt.last = null
    }
}
