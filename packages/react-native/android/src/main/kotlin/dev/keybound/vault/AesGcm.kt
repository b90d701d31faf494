package dev.keybound.vault

import dev.keybound.failure.FailureCode
import dev.keybound.failure.HardwareFailure
import java.security.GeneralSecurityException
import java.security.SecureRandom
import javax.crypto.Cipher
import javax.crypto.spec.GCMParameterSpec
import javax.crypto.spec.SecretKeySpec

/** AES-256-GCM (SP 800-38D) with nonces of 96 bits and tags of 128. */
object AesGcm {
    const val NONCE_LENGTH = 12
    private const val TAG_BITS = 128
    private const val OVERHEAD = NONCE_LENGTH + TAG_BITS / 8

    /** nonce ‖ ciphertext ‖ tag, with a fresh random nonce. */
    fun seal(
        key: ByteArray,
        plaintext: ByteArray,
        associated: ByteArray,
        random: SecureRandom,
    ): ByteArray {
        val nonce = ByteArray(NONCE_LENGTH).also(random::nextBytes)
        return nonce + encrypt(key, nonce, plaintext, associated)
    }

    /** Of what [seal] wrote. Throws `openFailed` unless key, bytes and associated data belong together. */
    fun open(
        key: ByteArray,
        sealed: ByteArray,
        associated: ByteArray,
    ): ByteArray {
        if (sealed.size < OVERHEAD) throw failed(null)
        return decrypt(key, sealed.copyOf(NONCE_LENGTH), sealed.copyOfRange(NONCE_LENGTH, sealed.size), associated)
    }

    /** ciphertext ‖ tag. A key and nonce serve once. */
    fun encrypt(
        key: ByteArray,
        nonce: ByteArray,
        plaintext: ByteArray,
        associated: ByteArray,
    ): ByteArray = cipher(Cipher.ENCRYPT_MODE, key, nonce, associated).doFinal(plaintext)

    /** Throws `openFailed`. */
    fun decrypt(
        key: ByteArray,
        nonce: ByteArray,
        sealed: ByteArray,
        associated: ByteArray,
    ): ByteArray =
        try {
            cipher(Cipher.DECRYPT_MODE, key, nonce, associated).doFinal(sealed)
        } catch (error: GeneralSecurityException) {
            throw failed(error)
        }

    private fun cipher(
        mode: Int,
        key: ByteArray,
        nonce: ByteArray,
        associated: ByteArray,
    ): Cipher =
        Cipher.getInstance("AES/GCM/NoPadding").apply {
            init(mode, SecretKeySpec(key, "AES"), GCMParameterSpec(TAG_BITS, nonce))
            updateAAD(associated)
        }

    private fun failed(cause: Throwable?) =
        HardwareFailure(FailureCode.OPEN_FAILED, "Key, bytes and associated data do not belong together.", cause = cause)
}
