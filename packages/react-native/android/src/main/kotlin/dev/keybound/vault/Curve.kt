package dev.keybound.vault

import dev.keybound.failure.FailureCode
import dev.keybound.failure.HardwareFailure
import java.math.BigInteger
import java.security.GeneralSecurityException
import java.security.KeyFactory
import java.security.KeyPairGenerator
import java.security.PrivateKey
import java.security.PublicKey
import java.security.SecureRandom
import java.security.interfaces.ECPrivateKey
import java.security.interfaces.ECPublicKey
import java.security.spec.ECFieldFp
import java.security.spec.ECGenParameterSpec
import java.security.spec.PKCS8EncodedKeySpec
import java.security.spec.X509EncodedKeySpec
import javax.crypto.KeyAgreement

/** A P-256 pair in memory, as bytes: what can be wiped. */
class ScalarPair(
    /** 32 bytes, big-endian. */
    val scalar: ByteArray,
    /** Uncompressed point. */
    val point: ByteArray,
)

/** P-256 (FIPS 186-4 D.1.2.3) as the platform's providers compute it; only encodings are ours. */
object Curve {
    private const val COORDINATE = 32

    /** SubjectPublicKeyInfo of P-256 up to the uncompressed point (RFC 5480 §2). */
    private val spkiHead = hex("3059301306072a8648ce3d020106082a8648ce3d030107034200")

    /** PrivateKeyInfo of P-256 up to the scalar, without the public half (RFC 5208 §5, RFC 5915 §3). */
    private val pkcs8Head = hex("304102010030" + "1306072a8648ce3d020106082a8648ce3d030107" + "0427302502010104" + "20")

    /** A fresh pair. */
    fun newPair(random: SecureRandom): ScalarPair {
        val generator = KeyPairGenerator.getInstance("EC")
        generator.initialize(ECGenParameterSpec("secp256r1"), random)
        val pair = generator.generateKeyPair()
        return ScalarPair(fixed((pair.private as ECPrivateKey).s), pointOf(pair.public))
    }

    /** The uncompressed point of a public key of P-256. */
    fun pointOf(key: PublicKey): ByteArray {
        val (x, y) = (key as ECPublicKey).w.let { it.affineX to it.affineY }
        return byteArrayOf(4) + fixed(x) + fixed(y)
    }

    /** Throws `openFailed` for what is no point of the curve (SP 800-56A §5.6.2.3.4). */
    fun publicKey(point: ByteArray): PublicKey {
        if (point.size != 2 * COORDINATE + 1 || point[0] != 4.toByte()) throw noPoint(null)
        val key =
            try {
                KeyFactory.getInstance("EC").generatePublic(X509EncodedKeySpec(spkiHead + point)) as ECPublicKey
            } catch (error: GeneralSecurityException) {
                throw noPoint(error)
            }
        val prime = (key.params.curve.field as ECFieldFp).p
        val (x, y) = key.w.affineX to key.w.affineY
        val right = x.pow(3) + key.params.curve.a * x + key.params.curve.b
        if (x >= prime || y >= prime || (y.pow(2) - right).mod(prime) != BigInteger.ZERO) throw noPoint(null)
        return key
    }

    /** Of 32 bytes. Throws `openFailed` for what is none. */
    fun privateKey(scalar: ByteArray): PrivateKey {
        val encoded = pkcs8Head + scalar
        try {
            return KeyFactory.getInstance("EC").generatePrivate(PKCS8EncodedKeySpec(encoded))
        } catch (error: GeneralSecurityException) {
            throw noPoint(error)
        } finally {
            encoded.fill(0)
        }
    }

    /** The x-coordinate of the shared point, 32 bytes (SP 800-56A §5.7.1.2). */
    fun agree(
        scalar: ByteArray,
        point: ByteArray,
    ): ByteArray =
        try {
            KeyAgreement.getInstance("ECDH").run {
                init(privateKey(scalar))
                doPhase(publicKey(point), true)
                generateSecret()
            }
        } catch (error: GeneralSecurityException) {
            throw noPoint(error)
        }

    /** Whether scalar and point belong together: both agree on the same with a third. */
    fun isPair(
        pair: ScalarPair,
        random: SecureRandom,
    ): Boolean {
        val third = newPair(random)
        return agree(pair.scalar, third.point).contentEquals(agree(third.scalar, pair.point))
    }

    private fun fixed(number: BigInteger): ByteArray {
        val bytes = number.toByteArray()
        val digits = bytes.copyOfRange(maxOf(0, bytes.size - COORDINATE), bytes.size)
        return ByteArray(COORDINATE - digits.size) + digits
    }

    private fun noPoint(cause: Throwable?) =
        HardwareFailure(FailureCode.OPEN_FAILED, "Unexpected bytes, expected a key of P-256.", cause = cause)

    private fun hex(text: String): ByteArray = text.chunked(2).map { it.toInt(16).toByte() }.toByteArray()
}
