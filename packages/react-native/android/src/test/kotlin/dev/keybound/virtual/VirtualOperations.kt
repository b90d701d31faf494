package dev.keybound.virtual

import dev.keybound.encoding.bytesOf
import dev.keybound.encoding.toBase64Url
import org.json.JSONObject
import java.io.ByteArrayOutputStream
import java.security.AlgorithmParameters
import java.security.InvalidKeyException
import java.security.Key
import java.security.PrivateKey
import java.security.PublicKey
import java.security.SecureRandom
import java.security.SignatureException
import java.security.SignatureSpi
import java.security.spec.AlgorithmParameterSpec
import java.security.spec.MGF1ParameterSpec
import javax.crypto.CipherSpi
import javax.crypto.IllegalBlockSizeException
import javax.crypto.spec.OAEPParameterSpec

/** An operation of the phone: begins, waits for its biometric, and is finished once. */
internal class VirtualOperation(
    key: Key,
    private val purpose: String,
    private val mgf1Digest: String?,
) {
    private val key = key as VirtualPrivateKey
    private val bytes = ByteArrayOutputStream()
    private var id: String? = null

    /** What the prompt is to unlock. */
    fun begin() {
        val request =
            VirtualKeyStore
                .alias(key.alias)
                .put("purpose", purpose)
                .put("digest", "SHA-256")
                .put("mgf1Digest", mgf1Digest ?: JSONObject.NULL)
        try {
            id = VirtualKeyStore.phone.call("keystore.begin", request).getString("operation")
        } catch (failure: SystemFailure) {
            val error = frameworkException(failure)
            throw error as? InvalidKeyException ?: InvalidKeyException("Keystore operation failed", error)
        }
    }

    fun update(
        input: ByteArray,
        offset: Int,
        length: Int,
    ) = bytes.write(input, offset, length)

    /** Throws [SystemFailure]. Once: what is finished is gone. */
    fun finish(): ByteArray {
        val input = bytes.toByteArray()
        bytes.reset()
        val operation = id ?: throw SystemFailure("KeyStoreException", -28, "Not begun.")
        id = null
        val request = JSONObject().put("operation", operation).put("bytes", input.toBase64Url())
        return bytesOf(VirtualKeyStore.phone.call("keystore.finish", request).getString("bytes"))
    }

    companion object {
        /** Finds the operation inside a Signature or Cipher, as the prompt's service does by its handle. */
        fun idOf(holder: Any): String =
            Holders.operationOf(holder)?.id ?: throw IllegalArgumentException("Crypto primitive not initialized")
    }
}

/** Digs the operation out of Java's wrappers. */
internal object Holders {
    fun operationOf(holder: Any): VirtualOperation? {
        val spi = spiOf(holder)
        return (spi as? VirtualSignature)?.operation ?: (spi as? VirtualCipher)?.operation
    }

    private fun spiOf(holder: Any): Any? {
        var type: Class<*>? = holder.javaClass
        while (type != null) {
            val field = type.declaredFields.firstOrNull { it.name == "sigSpi" || it.name == "spi" }
            if (field != null) {
                field.isAccessible = true
                return field.get(holder)
            }
            type = type.superclass
        }
        return null
    }
}

/** ECDSA with keys of the phone. */
class VirtualSignature : SignatureSpi() {
    internal var operation: VirtualOperation? = null

    override fun engineInitSign(key: PrivateKey?) {
        if (key !is VirtualPrivateKey) throw InvalidKeyException("No key of the phone.")
        operation = VirtualOperation(key, "sign", null).also { it.begin() }
    }

    override fun engineInitVerify(key: PublicKey?) = throw InvalidKeyException("No key of the phone.")

    override fun engineUpdate(byte: Byte) = engineUpdate(byteArrayOf(byte), 0, 1)

    override fun engineUpdate(
        bytes: ByteArray,
        offset: Int,
        length: Int,
    ) {
        operation?.update(bytes, offset, length)
    }

    override fun engineSign(): ByteArray =
        try {
            operation?.finish() ?: throw SignatureException("Not initialized.")
        } catch (failure: SystemFailure) {
            throw SignatureException(keyStoreException(failure))
        }

    override fun engineVerify(signature: ByteArray?): Boolean = throw SignatureException("Not for verifying.")

    @Deprecated("Of Java.")
    override fun engineSetParameter(
        name: String?,
        value: Any?,
    ) = throw UnsupportedOperationException()

    @Deprecated("Of Java.")
    override fun engineGetParameter(name: String?): Any = throw UnsupportedOperationException()
}

/** RSA-OAEP with keys of the phone. */
class VirtualCipher : CipherSpi() {
    internal var operation: VirtualOperation? = null

    override fun engineInit(
        mode: Int,
        key: Key?,
        parameters: AlgorithmParameterSpec?,
        random: SecureRandom?,
    ) {
        if (key !is VirtualPrivateKey) throw InvalidKeyException("No key of the phone.")
        val mgf1 = ((parameters as OAEPParameterSpec).mgfParameters as MGF1ParameterSpec).digestAlgorithm
        operation = VirtualOperation(key, "decrypt", mgf1).also { it.begin() }
    }

    override fun engineInit(
        mode: Int,
        key: Key?,
        random: SecureRandom?,
    ) = throw InvalidKeyException("Say which digests.")

    override fun engineInit(
        mode: Int,
        key: Key?,
        parameters: AlgorithmParameters?,
        random: SecureRandom?,
    ) = throw InvalidKeyException("Say which digests.")

    override fun engineUpdate(
        input: ByteArray,
        offset: Int,
        length: Int,
    ): ByteArray {
        operation?.update(input, offset, length)
        return ByteArray(0)
    }

    override fun engineUpdate(
        input: ByteArray,
        offset: Int,
        length: Int,
        output: ByteArray?,
        at: Int,
    ): Int {
        operation?.update(input, offset, length)
        return 0
    }

    override fun engineDoFinal(
        input: ByteArray?,
        offset: Int,
        length: Int,
    ): ByteArray =
        try {
            if (input != null) operation?.update(input, offset, length)
            operation?.finish() ?: throw IllegalStateException("Not initialized.")
        } catch (failure: SystemFailure) {
            throw IllegalBlockSizeException().initCause(keyStoreException(failure))
        }

    override fun engineDoFinal(
        input: ByteArray?,
        offset: Int,
        length: Int,
        output: ByteArray?,
        at: Int,
    ): Int = throw UnsupportedOperationException()

    override fun engineSetMode(mode: String?) = Unit

    override fun engineSetPadding(padding: String?) = Unit

    override fun engineGetBlockSize(): Int = 0

    override fun engineGetOutputSize(length: Int): Int = 256

    override fun engineGetIV(): ByteArray? = null

    override fun engineGetParameters(): AlgorithmParameters? = null
}
