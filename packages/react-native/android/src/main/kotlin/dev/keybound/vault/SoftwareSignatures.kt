package dev.keybound.vault

import dev.keybound.failure.HardwareFailure
import java.security.GeneralSecurityException
import java.security.Signature

/** ECDSA with SHA-256 over P-256 outside the Keystore: session keys, and signatures of others. */
object SoftwareSignatures {
    /** In DER. */
    fun sign(
        key: HeldKey.Session,
        bytes: ByteArray,
    ): ByteArray =
        Signature.getInstance(ALGORITHM).run {
            initSign(Curve.privateKey(key.secret))
            update(bytes)
            sign()
        }

    /** Whether a signature in DER is that of a point over bytes. What is no point or no signature is not. */
    fun verify(
        point: ByteArray,
        bytes: ByteArray,
        signature: ByteArray,
    ): Boolean =
        try {
            Signature.getInstance(ALGORITHM).run {
                initVerify(Curve.publicKey(point))
                update(bytes)
                verify(signature)
            }
        } catch (_: GeneralSecurityException) {
            false
        } catch (_: HardwareFailure) {
            false
        }

    private const val ALGORITHM = "SHA256withECDSA"
}
