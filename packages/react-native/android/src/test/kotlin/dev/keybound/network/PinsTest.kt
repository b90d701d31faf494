package dev.keybound.network

import dev.keybound.failure.FailureCode
import dev.keybound.fakes.failing
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.security.MessageDigest
import java.security.PublicKey
import java.security.SignatureException
import java.security.cert.Certificate
import java.util.Base64

/** A certificate of which only its key matters, and the key that it was issued with. */
internal class KeyOnly(
    private val bytes: ByteArray,
    private val issuer: ByteArray = bytes,
) : Certificate("X.509") {
    override fun getPublicKey(): PublicKey =
        object : PublicKey {
            override fun getAlgorithm() = "EC"

            override fun getFormat() = "X.509"

            override fun getEncoded() = bytes
        }

    override fun getEncoded(): ByteArray = bytes + issuer

    override fun verify(key: PublicKey) {
        if (!key.encoded.contentEquals(issuer)) throw SignatureException("Signature does not match.")
    }

    override fun verify(
        key: PublicKey?,
        provider: String?,
    ) = throw UnsupportedOperationException()

    override fun toString() = "key only"
}

/** Each issued by the next, the last by itself. */
internal fun chain(vararg keys: ByteArray): List<Certificate> =
    keys.mapIndexed { index, key -> KeyOnly(key, keys.getOrElse(index + 1) { key }) }

internal fun pinOf(bytes: ByteArray): String = Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes))

class PinsTest {
    private val key = byteArrayOf(1)
    private val backup = byteArrayOf(2)
    private val other = byteArrayOf(3)
    private val pins = Pins.read("expires=2000; Bank.Example ${pinOf(key)} ${pinOf(backup)};\n api.example ${pinOf(other)} ${pinOf(key)};")

    @Test
    fun `a pinned key anywhere in the chain is enough, in whatever case the host is written`() {
        pins.check("bank.example", chain(key), 1999)
        pins.check("BANK.EXAMPLE", chain(other, backup), 1999)
        pins.check("api.example", chain(other), 1999)
    }

    @Test
    fun `a certificate that issued none of the others does not count, and the order of those that did does not matter`() {
        val copied = listOf(KeyOnly(other, issuer = byteArrayOf(4)), KeyOnly(key))
        failing(FailureCode.PIN_MISMATCH) { pins.check("bank.example", copied, 1999) }
        failing(FailureCode.PIN_MISMATCH) { pins.check("bank.example", copied + KeyOnly(byteArrayOf(4)), 1999) }
        val (own, between, above) = chain(other, byteArrayOf(4), key)
        pins.check("bank.example", listOf(own, above, between), 1999)
    }

    @Test
    fun `another key is refused, and the pins of another host do not count`() {
        failing(FailureCode.PIN_MISMATCH) { pins.check("bank.example", chain(other), 1999) }
        failing(FailureCode.PIN_MISMATCH) { pins.check("api.example", chain(backup), 1999) }
        failing(FailureCode.PIN_MISMATCH) { pins.check("bank.example", chain(), 1999) }
    }

    @Test
    fun `hosts without pins pass, also when the pins of others have expired`() {
        pins.check("elsewhere.example", chain(other), 3000)
        Pins.none.check("bank.example", chain(other), Long.MAX_VALUE - 1)
    }

    @Test
    fun `pins that have expired refuse everything of their hosts`() {
        val failure = failing(FailureCode.PIN_MISMATCH) { pins.check("bank.example", chain(key), 2000) }
        assertTrue("expired" in failure.message.orEmpty())
    }

    @Test
    fun `a list that cannot be read lets nobody through`() {
        val good = "bank.example ${pinOf(key)} ${pinOf(backup)}"
        val unreadable =
            listOf(
                "",
                good,
                "expires=soon;$good",
                "expires=2000",
                "expires=2000;bank.example",
                "expires=2000;bank.example ${pinOf(key)}",
                "expires=2000;bank.example ${pinOf(key)} ${pinOf(key)}",
                "expires=2000;bank.example ${pinOf(key)} AAAA",
                "expires=2000;$good;$good",
                "expires=2000;expires=3000;$good",
            )
        for (text in unreadable) {
            failing(FailureCode.PIN_MISMATCH) { Pins.read(text).check("bank.example", chain(key), 1999) }
            failing(FailureCode.PIN_MISMATCH) { Pins.read(text).check("elsewhere.example", chain(key), 1999) }
        }
    }
}
