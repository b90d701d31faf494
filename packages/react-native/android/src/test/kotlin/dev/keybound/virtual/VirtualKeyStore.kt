package dev.keybound.virtual

import android.security.keystore.KeyGenParameterSpec
import dev.keybound.encoding.bytesOf
import dev.keybound.encoding.toBase64Url
import dev.keybound.fakes.keyInfo
import org.json.JSONArray
import org.json.JSONObject
import java.io.InputStream
import java.io.OutputStream
import java.security.InvalidAlgorithmParameterException
import java.security.Key
import java.security.KeyFactorySpi
import java.security.KeyPair
import java.security.KeyPairGeneratorSpi
import java.security.KeyStoreSpi
import java.security.PrivateKey
import java.security.Provider
import java.security.ProviderException
import java.security.PublicKey
import java.security.SecureRandom
import java.security.Security
import java.security.cert.Certificate
import java.security.cert.CertificateFactory
import java.security.spec.AlgorithmParameterSpec
import java.security.spec.KeySpec
import java.util.Collections
import java.util.Date
import java.util.Enumeration

/** A key of the phone, by its alias. It has no bytes, and no interface that a provider of software keys would take. */
class VirtualPrivateKey(
    val alias: String,
    private val kind: String,
) : PrivateKey {
    override fun getAlgorithm(): String = kind

    override fun getFormat(): String? = null

    override fun getEncoded(): ByteArray? = null
}

/** `AndroidKeyStore` as a provider of Java, over the secure world of a virtual phone: for each thread the phone it works for. */
object VirtualKeyStore {
    private val phones = ThreadLocal<PhoneSystem>()

    internal val phone: PhoneSystem get() = phones.get() ?: error("The key store was asked outside of the worker.")

    /** Behind all others, as on a device: only keys of ours lead to it. */
    fun install() {
        if (Security.getProvider(NAME) == null) Security.addProvider(VirtualProvider())
    }

    /** From now on this thread works for that phone. */
    fun use(phone: PhoneSystem) = phones.set(phone)

    internal const val NAME = "AndroidKeyStore"

    internal fun alias(alias: String): JSONObject = JSONObject().put("alias", alias)

    internal fun chain(alias: String): List<Certificate>? =
        try {
            val chain = phone.call("keystore.chain", alias(alias)).getJSONArray("chain")
            val factory = CertificateFactory.getInstance("X.509")
            (0 until chain.length()).map { factory.generateCertificate(bytesOf(chain.getString(it)).inputStream()) }
        } catch (failure: SystemFailure) {
            if (failure.exception != "KeyNotFound") throw frameworkException(failure)
            null
        }
}

private class VirtualProvider : Provider(VirtualKeyStore.NAME, "1", "Keys of a virtual phone") {
    init {
        val keys = mapOf("SupportedKeyClasses" to VirtualPrivateKey::class.java.name)
        add("KeyStore", "AndroidKeyStore", VirtualKeyStoreSpi::class.java)
        add("KeyPairGenerator", "EC", EcGenerator::class.java)
        add("KeyPairGenerator", "RSA", RsaGenerator::class.java)
        add("KeyFactory", "EC", InfoFactory::class.java)
        add("KeyFactory", "RSA", InfoFactory::class.java)
        add("Signature", "SHA256withECDSA", VirtualSignature::class.java, keys)
        add("Cipher", "RSA/ECB/OAEPPadding", VirtualCipher::class.java, keys)
    }

    private fun add(
        type: String,
        algorithm: String,
        implementation: Class<*>,
        attributes: Map<String, String> = emptyMap(),
    ) = putService(Service(this, type, algorithm, implementation.name, null, attributes))
}

/** Entries by alias. */
class VirtualKeyStoreSpi : KeyStoreSpi() {
    override fun engineGetKey(
        alias: String,
        password: CharArray?,
    ): Key? = VirtualKeyStore.chain(alias)?.let { VirtualPrivateKey(alias, it.first().publicKey.algorithm) }

    override fun engineGetCertificateChain(alias: String): Array<Certificate>? = VirtualKeyStore.chain(alias)?.toTypedArray()

    override fun engineGetCertificate(alias: String): Certificate? = VirtualKeyStore.chain(alias)?.firstOrNull()

    override fun engineDeleteEntry(alias: String) {
        asFramework { VirtualKeyStore.phone.call("keystore.delete", VirtualKeyStore.alias(alias)) }
    }

    override fun engineAliases(): Enumeration<String> {
        val aliases = asFramework { VirtualKeyStore.phone.call("keystore.aliases") }.getJSONArray("aliases")
        return Collections.enumeration((0 until aliases.length()).map(aliases::getString))
    }

    override fun engineContainsAlias(alias: String): Boolean = alias in engineAliases().toList()

    override fun engineIsKeyEntry(alias: String): Boolean = engineContainsAlias(alias)

    override fun engineLoad(
        stream: InputStream?,
        password: CharArray?,
    ) = Unit

    override fun engineSize(): Int = engineAliases().toList().size

    override fun engineGetCreationDate(alias: String): Date = Date(0)

    override fun engineIsCertificateEntry(alias: String): Boolean = false

    override fun engineGetCertificateAlias(certificate: Certificate?): String? = null

    override fun engineSetKeyEntry(
        alias: String?,
        key: Key?,
        password: CharArray?,
        chain: Array<out Certificate>?,
    ) = throw UnsupportedOperationException()

    override fun engineSetKeyEntry(
        alias: String?,
        key: ByteArray?,
        chain: Array<out Certificate>?,
    ) = throw UnsupportedOperationException()

    override fun engineSetCertificateEntry(
        alias: String?,
        certificate: Certificate?,
    ) = throw UnsupportedOperationException()

    override fun engineStore(
        stream: OutputStream?,
        password: CharArray?,
    ) = throw UnsupportedOperationException()
}

class EcGenerator : VirtualGenerator("EC")

class RsaGenerator : VirtualGenerator("RSA")

/** Makes keys of what the framework's own [KeyGenParameterSpec] says. */
abstract class VirtualGenerator(
    private val algorithm: String,
) : KeyPairGeneratorSpi() {
    private lateinit var spec: KeyGenParameterSpec

    override fun initialize(
        size: Int,
        random: SecureRandom?,
    ) = throw UnsupportedOperationException()

    override fun initialize(
        parameters: AlgorithmParameterSpec,
        random: SecureRandom?,
    ) {
        spec = parameters as? KeyGenParameterSpec ?: throw InvalidAlgorithmParameterException("No KeyGenParameterSpec.")
    }

    override fun generateKeyPair(): KeyPair {
        val alias = spec.keystoreAlias
        try {
            VirtualKeyStore.phone.call("keystore.generate", GenerateRequests.of(spec, algorithm))
        } catch (failure: SystemFailure) {
            val error = frameworkException(failure)
            // The framework wraps what is no fault of the parameters.
            throw if (error is InvalidAlgorithmParameterException) ProviderException(error.message, error) else error
        }
        val certificate = VirtualKeyStore.chain(alias)?.first() ?: throw IllegalStateException("The key is gone.")
        return KeyPair(certificate.publicKey, VirtualPrivateKey(alias, algorithm))
    }
}

/** Tells what the system made. */
class InfoFactory : KeyFactorySpi() {
    override fun <T : KeySpec> engineGetKeySpec(
        key: Key,
        spec: Class<T>,
    ): T {
        val alias = (key as VirtualPrivateKey).alias
        val info = asFramework { VirtualKeyStore.phone.call("keystore.keyInfo", VirtualKeyStore.alias(alias)) }
        return spec.cast(
            keyInfo(
                alias,
                inHardware = info.getBoolean("insideSecureHardware"),
                authenticated = info.getBoolean("userAuthenticationRequired"),
                validity = info.getInt("userAuthenticationValidityDurationSeconds"),
                type = info.getInt("userAuthenticationType"),
                enforcedByHardware = info.getBoolean("userAuthenticationRequirementEnforcedBySecureHardware"),
                diesWithEnrolment = info.getBoolean("invalidatedByBiometricEnrollment"),
                level = info.getInt("securityLevel"),
            ),
        )
    }

    override fun engineGeneratePublic(spec: KeySpec?): PublicKey = throw UnsupportedOperationException()

    override fun engineGeneratePrivate(spec: KeySpec?): PrivateKey = throw UnsupportedOperationException()

    override fun engineTranslateKey(key: Key?): Key = throw UnsupportedOperationException()
}

/** What the phone is asked for a specification of the framework. */
internal object GenerateRequests {
    fun of(
        spec: KeyGenParameterSpec,
        algorithm: String,
    ): JSONObject =
        JSONObject()
            .put("alias", spec.keystoreAlias)
            .put("algorithm", algorithm)
            .put("purposes", JSONArray(purposes.filter { spec.purposes and it.first != 0 }.map { it.second }))
            .put("digests", JSONArray(spec.digests.toList()))
            .put("paddings", JSONArray(spec.encryptionPaddings.map { it.removeSuffix("Padding") }))
            .put("mgf1Digests", JSONArray(if (spec.isMgf1DigestsSpecified) spec.mgf1Digests.toList() else emptyList<String>()))
            .put("strongBoxBacked", spec.isStrongBoxBacked)
            .put("userAuthenticationRequired", spec.isUserAuthenticationRequired)
            .put("userAuthenticationValidity", spec.userAuthenticationValidityDurationSeconds)
            .put("userAuthenticationType", spec.userAuthenticationType)
            .put("invalidatedByBiometricEnrollment", spec.isInvalidatedByBiometricEnrollment)
            .put("attestationChallenge", (spec.attestationChallenge ?: unasked).toBase64Url())

    /** A key that asks for no attestation gets a certificate all the same: signed by itself on a device, attested here. */
    private val unasked = ByteArray(1)

    private val purposes = listOf(4 to "sign", 2 to "decrypt")
}
