package dev.keybound.keys

import java.security.GeneralSecurityException
import java.security.ProviderException
import java.security.Signature
import javax.crypto.Cipher

/**
 * A use of a key that has begun and waits, perhaps for a biometric. Secure hardware has few slots for them: each ends in
 * [finish] or [abandon].
 */
sealed interface Operation {
    /** What Java does it with. */
    val primitive: Any

    /** Uses the key over all bytes at once. */
    fun finish(bytes: ByteArray): ByteArray

    /** ECDSA with SHA-256. */
    class Sign(
        val signature: Signature,
    ) : Operation {
        override val primitive get() = signature

        override fun finish(bytes: ByteArray): ByteArray =
            KeyStoreAccess.guarded {
                signature.update(bytes)
                signature.sign()
            }
    }

    /** RSA-OAEP. */
    class Decrypt(
        val cipher: Cipher,
    ) : Operation {
        override val primitive get() = cipher

        override fun finish(bytes: ByteArray): ByteArray = KeyStoreAccess.guarded { cipher.doFinal(bytes) }
    }

    /**
     * Gives the slot back. Java has no word for it: an operation that is finished without its biometric fails and is
     * gone; one that needs none signs nothing of meaning, and that is thrown away.
     */
    fun abandon() {
        try {
            when (this) {
                is Sign -> signature.sign()
                is Decrypt -> cipher.doFinal()
            }
        } catch (_: GeneralSecurityException) {
            // That it fails is what ends it.
        } catch (_: ProviderException) {
            // As above.
        } catch (_: IllegalStateException) {
            // As above.
        }
    }
}
