package dev.keybound.vault

import dev.keybound.failure.invalidArgument
import java.security.SecureRandom

/** A data key, wrapped to a vault's public half. */
class WrappedKey(
    /** Uncompressed point. */
    val ephemeral: ByteArray,
    val wrapped: ByteArray,
)

/** Data keys: made, wrapped to a vault (`ecdh-p256-hkdf-a256gcm` of docs/vault.md), and used. */
class DataKeys(
    private val random: SecureRandom,
) {
    fun make(): HeldKey.Data = HeldKey.Data(ByteArray(KEY_LENGTH).also(random::nextBytes))

    /** Throws `openFailed` for a point that is none. */
    fun wrap(
        point: ByteArray,
        key: HeldKey.Data,
    ): WrappedKey {
        val ephemeral = Curve.newPair(random)
        val wrapping = wrappingKey(ephemeral.scalar, point, ephemeral.point, point)
        try {
            return WrappedKey(ephemeral.point, AesGcm.encrypt(wrapping, onlyNonce, key.secret, nothing))
        } finally {
            wrapping.fill(0)
            ephemeral.scalar.fill(0)
        }
    }

    /** Throws `openFailed` when it was not wrapped for this pair. */
    fun unwrap(
        vault: HeldKey.Vault,
        key: WrappedKey,
    ): HeldKey.Data {
        val wrapping = wrappingKey(vault.secret, key.ephemeral, key.ephemeral, vault.point)
        try {
            return HeldKey.Data(AesGcm.decrypt(wrapping, onlyNonce, key.wrapped, nothing))
        } finally {
            wrapping.fill(0)
        }
    }

    /** At most 1 MiB at once. */
    fun seal(
        key: HeldKey.Data,
        plaintext: ByteArray,
        associated: ByteArray,
    ): ByteArray {
        if (plaintext.size > MOST_AT_ONCE) throw invalidArgument("Unexpected ${plaintext.size} bytes, expected at most 1 MiB.")
        return AesGcm.seal(key.secret, plaintext, associated, random)
    }

    /** Throws `openFailed`. */
    fun open(
        key: HeldKey.Data,
        sealed: ByteArray,
        associated: ByteArray,
    ): ByteArray = AesGcm.open(key.secret, sealed, associated)

    private fun wrappingKey(
        scalar: ByteArray,
        point: ByteArray,
        ephemeral: ByteArray,
        recipient: ByteArray,
    ): ByteArray {
        val secret = Curve.agree(scalar, point)
        return hkdfSha256(secret, label + ephemeral + recipient).also { secret.fill(0) }
    }

    private companion object {
        const val KEY_LENGTH = 32
        const val MOST_AT_ONCE = 1 shl 20
        val label = "keybound/vault/wrap/v1".toByteArray()

        /** The wrapping key serves once, so its nonce may be fixed. */
        val onlyNonce = ByteArray(AesGcm.NONCE_LENGTH)
        val nothing = ByteArray(0)
    }
}
