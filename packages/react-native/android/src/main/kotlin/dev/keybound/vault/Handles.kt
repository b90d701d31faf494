package dev.keybound.vault

import dev.keybound.encoding.toBase64Url
import dev.keybound.failure.FailureCode
import dev.keybound.failure.HardwareFailure
import java.security.SecureRandom

/** A key in memory that JavaScript knows by a random name only. */
sealed class HeldKey(
    internal val secret: ByteArray,
) {
    /** AES-256. */
    class Data(
        secret: ByteArray,
    ) : HeldKey(secret)

    /** Private half of a vault. */
    class Vault(
        pair: ScalarPair,
    ) : HeldKey(pair.scalar) {
        val point: ByteArray = pair.point
    }

    /** Private half of a session key. */
    class Session(
        pair: ScalarPair,
    ) : HeldKey(pair.scalar)
}

/** The keys in memory. Used by the one worker thread only. */
class Handles(
    private val random: SecureRandom,
) {
    private val held = HashMap<String, HeldKey>()

    /** Its handle: 128 random bits. */
    fun hold(key: HeldKey): String {
        val handle = ByteArray(HANDLE_LENGTH).also(random::nextBytes).toBase64Url()
        held[handle] = key
        return handle
    }

    /** Throws `handleUnknown`, also for a key of another kind. */
    inline fun <reified K : HeldKey> get(handle: String): K = find(handle) as? K ?: throw unknown()

    @PublishedApi
    internal fun find(handle: String): HeldKey? = held[handle]

    @PublishedApi
    internal fun unknown() = HardwareFailure(FailureCode.HANDLE_UNKNOWN, "There is no key of this handle: it was closed.")

    /** Wipes and forgets. Nothing happens where there is none. */
    fun close(handle: String) {
        held.remove(handle)?.secret?.fill(0)
    }

    /** As [close], for all. */
    fun closeAll() = held.keys.toList().forEach(::close)

    private companion object {
        const val HANDLE_LENGTH = 16
    }
}
