package dev.keybound.app

import dev.keybound.failure.FailureCode
import dev.keybound.failure.HardwareFailure

/** Gets Play Integrity tokens: set by apps that use them, so that others need not ship Google's library. */
fun interface IntegrityProvider {
    /** A classic token over the nonce. Runs on a thread of its own; whatever it throws is `integrityUnavailable`. */
    fun token(nonce: String): String
}

/** Where the app leaves its provider, before JavaScript starts. */
object Integrity {
    /** Null: `integrityToken` is `unsupported`. */
    @Volatile
    var provider: IntegrityProvider? = null

    internal fun token(nonce: String): String {
        val provider = provider ?: throw HardwareFailure(FailureCode.UNSUPPORTED, "This app has no provider of integrity tokens.")
        try {
            return provider.token(nonce)
        } catch (error: Exception) {
            throw HardwareFailure(FailureCode.INTEGRITY_UNAVAILABLE, "No integrity token: ${error.message}", cause = error)
        }
    }
}
