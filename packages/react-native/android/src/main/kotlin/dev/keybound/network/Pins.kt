package dev.keybound.network

import android.util.Base64
import dev.keybound.failure.FailureCode
import dev.keybound.failure.HardwareFailure
import java.security.GeneralSecurityException
import java.security.MessageDigest
import java.security.cert.Certificate

/**
 * Public keys that the servers of some hosts must show one of (RFC 7469 §2.4), and until when that list is to be believed.
 * `byHost` is null where the app's list cannot be read.
 */
class Pins private constructor(
    private val byHost: Map<String, Set<String>>?,
    /** Seconds since the Unix epoch. */
    private val expiresAt: Long,
) {
    /**
     * Throws `pinMismatch` unless the server's certificate or one above it holds a pinned key, and also once the list has
     * expired: an old list is no reason to trust everybody, nor is one that cannot be read. Hosts without pins pass.
     */
    fun check(
        host: String,
        chain: List<Certificate>,
        now: Long,
    ) {
        val hosts = byHost ?: throw mismatch("The pins of this app cannot be read. Build it anew with the config plugin.")
        val pinned = hosts[host.lowercase()] ?: return
        if (now >= expiresAt) throw mismatch("The pins of this app have expired. Update the app.")
        if (pathOf(chain).none { pinOf(it) in pinned }) throw mismatch("The server shows none of the keys this app was built to trust.")
    }

    /**
     * The server's own certificate, which is first, and those that issued it, in whatever order they were sent. What else was
     * sent proves nothing: anybody can send a copy of the pinned certificate along.
     */
    private fun pathOf(chain: List<Certificate>): List<Certificate> {
        val others = chain.drop(1).toMutableList()
        val path = chain.take(1).toMutableList()
        while (path.isNotEmpty()) {
            val issuer = others.firstOrNull { isIssued(path.last(), it) } ?: break
            others.remove(issuer)
            path.add(issuer)
        }
        return path
    }

    private fun isIssued(
        certificate: Certificate,
        issuer: Certificate,
    ): Boolean =
        try {
            certificate.verify(issuer.publicKey)
            true
        } catch (_: GeneralSecurityException) {
            false
        }

    private fun pinOf(certificate: Certificate): String =
        Base64.encodeToString(MessageDigest.getInstance("SHA-256").digest(certificate.publicKey.encoded), Base64.NO_WRAP)

    private fun mismatch(message: String) = HardwareFailure(FailureCode.PIN_MISMATCH, message)

    companion object {
        /** No host is pinned. */
        val none = Pins(emptyMap(), Long.MAX_VALUE)

        private val unreadable = Pins(null, 0)

        /** SHA-256 in base64 (RFC 4648 §4). */
        private val pin = Regex("[A-Za-z0-9+/]{43}=")

        /**
         * From the manifest: `expires=SECONDS` and `host pin pin…`, parted by semicolons, as the config plugin writes them. A
         * host has two pins at least, so that a lost key locks nobody out (RFC 7469 §2.5). A list of another form lets nobody
         * through.
         */
        fun read(text: String): Pins {
            val (times, lines) =
                text
                    .split(';')
                    .map { it.trim() }
                    .filter { it.isNotEmpty() }
                    .partition { it.startsWith("expires=") }
            val expiresAt = times.singleOrNull()?.removePrefix("expires=")?.toLongOrNull() ?: return unreadable
            val hosts = lines.map { it.split(' ') }.map { it.first().lowercase() to it.drop(1).toSet() }
            val isList = hosts.isNotEmpty() && hosts.all { (_, pins) -> pins.size >= 2 && pins.all(pin::matches) }
            return if (isList && hosts.distinctBy { it.first }.size == hosts.size) Pins(hosts.toMap(), expiresAt) else unreadable
        }
    }
}
