package dev.keybound.encoding

import android.util.Base64
import dev.keybound.failure.invalidArgument

private const val FLAGS = Base64.URL_SAFE or Base64.NO_PADDING or Base64.NO_WRAP

/** Bytes as they cross to JavaScript: base64url without padding. */
fun ByteArray.toBase64Url(): String = Base64.encodeToString(this, FLAGS)

/** Refuses with `invalidArgument` every text but the one spelling of its bytes. */
fun bytesOf(text: String): ByteArray {
    val bytes =
        try {
            Base64.decode(text, FLAGS)
        } catch (_: IllegalArgumentException) {
            throw invalidArgument("Unexpected text, expected base64url without padding.")
        }
    if (bytes.toBase64Url() != text) throw invalidArgument("Unexpected text, expected base64url without padding.")
    return bytes
}
