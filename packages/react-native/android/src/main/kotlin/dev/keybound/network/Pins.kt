package dev.keybound.network

import android.util.Base64
import dev.keybound.failure.FailureCode
import dev.keybound.failure.HardwareFailure
import java.security.MessageDigest
import java.security.cert.Certificate

/** Public keys that the servers of some hosts must show one of (RFC 7469 §2.4), and until when that list is to be believed. */
class Pins(
    private val byHost: Map<String, Set<String>>,
    /** Seconds since the Unix epoch. */
    private val expiresAt: Long,
) {
    /**
     * Throws `pinMismatch` unless a certificate of the server holds a pinned key, and also once the list has expired: an
     * old list is no reason to trust everybody. Hosts without pins pass.
     */
    fun check(
        host: String,
        chain: List<Certificate>,
        now: Long,
    ) {
        val pinned = byHost[host.lowercase()] ?: return
        if (now >= expiresAt) throw mismatch("The pins of this app have expired. Update the app.")
        if (chain.none { pinOf(it) in pinned }) throw mismatch("The server shows none of the keys this app was built to trust.")
    }

    private fun pinOf(certificate: Certificate): String =
        Base64.encodeToString(MessageDigest.getInstance("SHA-256").digest(certificate.publicKey.encoded), Base64.NO_WRAP)

    private fun mismatch(message: String) = HardwareFailure(FailureCode.PIN_MISMATCH, message)

    companion object {
        /** No host is pinned. */
        val none = Pins(emptyMap(), Long.MAX_VALUE)

        /** From the manifest: `expires=SECONDS` and lines `host pin pin…`, as the config plugin writes them. */
        fun read(text: String): Pins {
            val lines = text.split(';').map { it.trim() }.filter { it.isNotEmpty() }
            val expires = lines.first { it.startsWith("expires=") }.removePrefix("expires=").toLong()
            val hosts = lines.filterNot { it.startsWith("expires=") }.map { it.split(' ') }
            return Pins(hosts.associate { it.first().lowercase() to it.drop(1).toSet() }, expires)
        }
    }
}
