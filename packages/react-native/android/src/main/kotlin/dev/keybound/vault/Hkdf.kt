package dev.keybound.vault

import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

/** HKDF (RFC 5869) with SHA-256 and an empty salt, for one block: 32 bytes. */
fun hkdfSha256(
    secret: ByteArray,
    info: ByteArray,
): ByteArray {
    // §2.2: an empty salt is one of zeros, as long as the hash.
    val pseudorandom = hmacSha256(ByteArray(32), secret)
    return hmacSha256(pseudorandom, info + byteArrayOf(1)).also { pseudorandom.fill(0) }
}

private fun hmacSha256(
    key: ByteArray,
    bytes: ByteArray,
): ByteArray =
    Mac.getInstance("HmacSHA256").run {
        init(SecretKeySpec(key, "HmacSHA256"))
        doFinal(bytes)
    }
