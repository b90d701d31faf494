package dev.keybound.vault

import dev.keybound.failure.FailureCode
import dev.keybound.failure.HardwareFailure
import dev.keybound.failure.invalidArgument
import dev.keybound.keys.KeyStoreAccess
import dev.keybound.keys.OAEP_TRANSFORMATION
import dev.keybound.keys.oaep
import java.security.KeyFactory
import java.security.SecureRandom
import java.security.spec.X509EncodedKeySpec
import javax.crypto.Cipher

/** A vault's pair as it is kept; nothing in it is secret. */
class SealedPair(
    /** Uncompressed point. */
    val point: ByteArray,
    /** len(wrapped) ‖ wrapped ‖ nonce ‖ ciphertext ‖ tag. */
    val sealed: ByteArray,
)

/** Makes the pairs of vaults and opens them once their sealing key was used. */
class VaultPairs(
    private val keys: KeyStoreAccess,
    private val random: SecureRandom,
) {
    /** Needs the public half of the sealing key only, in software: no prompt. Throws `keyMissing`, `keyInvalidated`. */
    fun make(
        alias: String,
        context: String,
    ): SealedPair {
        val public = keys.publicKey(alias)
        if (public.algorithm != "RSA") throw invalidArgument("Unexpected role of the key, expected a sealing key.")
        // Of the platform's provider: the Keystore's own would refuse what only its private half may do.
        val software = KeyFactory.getInstance("RSA").generatePublic(X509EncodedKeySpec(public.encoded))
        val pair = Curve.newPair(random)
        val key = ByteArray(KEY_LENGTH).also(random::nextBytes)
        try {
            val wrapped =
                Cipher.getInstance(OAEP_TRANSFORMATION).run {
                    init(Cipher.ENCRYPT_MODE, software, oaep, random)
                    doFinal(key)
                }
            val sealed = AesGcm.seal(key, pair.scalar, context.toByteArray(), random)
            val length = byteArrayOf((wrapped.size shr 8).toByte(), wrapped.size.toByte())
            return SealedPair(pair.point, length + wrapped + sealed)
        } finally {
            key.fill(0)
            pair.scalar.fill(0)
        }
    }

    /** What the sealing key has to decrypt. Throws `openFailed` for what [make] never wrote. */
    fun wrappedOf(pair: SealedPair): ByteArray = pair.sealed.copyOfRange(LENGTH, bodyOf(pair))

    /** The pair, with what the sealing key gave back; that is wiped. Throws `openFailed`. */
    fun open(
        pair: SealedPair,
        key: ByteArray,
        context: String,
    ): HeldKey.Vault {
        try {
            val body = pair.sealed.copyOfRange(bodyOf(pair), pair.sealed.size)
            val opened = ScalarPair(AesGcm.open(key, body, context.toByteArray()), pair.point)
            if (opened.scalar.size != KEY_LENGTH || !Curve.isPair(opened, random)) throw failed()
            return HeldKey.Vault(opened)
        } finally {
            key.fill(0)
        }
    }

    private fun bodyOf(pair: SealedPair): Int {
        if (pair.sealed.size < LENGTH) throw failed()
        val wrapped = (pair.sealed[0].toInt() and 255 shl 8) or (pair.sealed[1].toInt() and 255)
        if (wrapped == 0 || pair.sealed.size <= LENGTH + wrapped) throw failed()
        return LENGTH + wrapped
    }

    private fun failed() = HardwareFailure(FailureCode.OPEN_FAILED, "Unexpected bytes, expected a pair sealed for this key and context.")

    private companion object {
        const val LENGTH = 2
        const val KEY_LENGTH = 32
    }
}
