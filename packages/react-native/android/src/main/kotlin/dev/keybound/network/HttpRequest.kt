package dev.keybound.network

import dev.keybound.failure.FailureCode
import dev.keybound.failure.HardwareFailure
import dev.keybound.failure.invalidArgument
import java.net.MalformedURLException
import java.net.URL

/** An HTTP request. */
class HttpRequest(
    val method: String,
    url: String,
    val headers: List<Pair<String, String>>,
    val body: ByteArray,
    /** Milliseconds for the whole exchange. */
    val timeout: Int,
    /** Longest answer in bytes. */
    val maxBytes: Int,
    /** Whether plain HTTP to this machine is allowed. */
    development: Boolean,
) {
    val url: URL =
        try {
            URL(url)
        } catch (_: MalformedURLException) {
            throw invalidArgument("Unexpected address, expected an https URL.")
        }

    init {
        val local = development && this.url.protocol == "http" && this.url.host in loopback
        if (this.url.protocol != "https" && !local) throw invalidArgument("Unexpected address, expected https.")
        if (this.url.userInfo != null || this.url.host.isEmpty()) throw invalidArgument("Unexpected address, expected one of a host.")
        if (timeout !in 1..LONGEST || maxBytes !in 0..LARGEST) throw invalidArgument("Unexpected bounds of the request.")
        if (!token.matches(method)) throw invalidArgument("Unexpected method, expected a token of HTTP.")
        for ((name, value) in headers) {
            if (!token.matches(name) || !visible.matches(value)) throw invalidArgument("Unexpected header, expected visible text.")
        }
    }

    private companion object {
        /** The last one is the developer's machine, as an emulator sees it. */
        val loopback = setOf("localhost", "127.0.0.1", "[::1]", "10.0.2.2")
        val token = Regex("[!#$%&'*+.^_`|~0-9A-Za-z-]+")
        val visible = Regex("[\\t\\x20-\\x7e\\x80-\\xff]*")
        const val LONGEST = 10 * 60_000
        const val LARGEST = 64 shl 20
    }
}

/** An HTTP answer, whatever its status. */
class HttpResponse(
    val status: Int,
    val headers: List<Pair<String, String>>,
    val body: ByteArray,
)

internal fun networkFailed(
    message: String,
    cause: Throwable? = null,
) = HardwareFailure(FailureCode.NETWORK_FAILED, message, cause = cause)
