package dev.keybound.keys

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import java.security.spec.ECGenParameterSpec
import java.security.spec.RSAKeyGenParameterSpec

/** Writes what a key must be, by role and API level. */
class KeySpecs(
    private val apiLevel: Int,
) {
    /** Of the generator: EC for signatures, RSA for sealing, which no public half of EC can do in the Keystore. */
    fun algorithmOf(role: KeyRole): String =
        if (role == KeyRole.SEALING) KeyProperties.KEY_ALGORITHM_RSA else KeyProperties.KEY_ALGORITHM_EC

    /** `inStrongBox` asks for StrongBox; the caller tries again without it where the request allows that. */
    fun specOf(
        request: KeyRequest,
        inStrongBox: Boolean,
    ): KeyGenParameterSpec {
        val builder = if (request.role == KeyRole.SEALING) sealing(request.alias) else signing(request.alias)
        builder.setAttestationChallenge(request.challenge)
        if (request.role.takesBiometric) requireBiometric(builder, request.currentSet)
        if (inStrongBox && apiLevel >= 28) SpecsApi28.strongBox(builder)
        return builder.build()
    }

    /** SHA-256 only: StrongBox need not support another digest. */
    private fun signing(alias: String): KeyGenParameterSpec.Builder =
        KeyGenParameterSpec
            .Builder(alias, KeyProperties.PURPOSE_SIGN)
            .setAlgorithmParameterSpec(ECGenParameterSpec("secp256r1"))
            .setDigests(KeyProperties.DIGEST_SHA256)

    /** Before API 35 nobody could say which digest MGF1 takes, and the Keystore took SHA-1: so it stays the same for all. */
    private fun sealing(alias: String): KeyGenParameterSpec.Builder {
        val builder =
            KeyGenParameterSpec
                .Builder(alias, KeyProperties.PURPOSE_DECRYPT)
                .setAlgorithmParameterSpec(RSAKeyGenParameterSpec(RSA_BITS, RSAKeyGenParameterSpec.F4))
                .setDigests(KeyProperties.DIGEST_SHA256)
                .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_RSA_OAEP)
        if (apiLevel >= 35) SpecsApi35.mgf1Sha1(builder)
        return builder
    }

    /**
     * The parameters alone protect nothing: without `setUserAuthenticationRequired(true)` anybody may use the key. What
     * happens when a finger is enrolled is always said, never left to a default.
     */
    private fun requireBiometric(
        builder: KeyGenParameterSpec.Builder,
        currentSet: Boolean,
    ) {
        builder.setUserAuthenticationRequired(true)
        builder.setInvalidatedByBiometricEnrollment(currentSet)
        if (apiLevel >= 30) SpecsApi30.everyUseStrong(builder) else everyUse(builder)
    }

    /** Before API 30: every use, and so a biometric. */
    @Suppress("DEPRECATION")
    private fun everyUse(builder: KeyGenParameterSpec.Builder) {
        builder.setUserAuthenticationValidityDurationSeconds(-1)
    }

    private companion object {
        const val RSA_BITS = 2048
    }
}

/** Calls that need API 28. */
internal object SpecsApi28 {
    fun strongBox(builder: KeyGenParameterSpec.Builder) {
        builder.setIsStrongBoxBacked(true)
    }
}

/** Calls that need API 30. */
internal object SpecsApi30 {
    fun everyUseStrong(builder: KeyGenParameterSpec.Builder) {
        builder.setUserAuthenticationParameters(0, KeyProperties.AUTH_BIOMETRIC_STRONG)
    }
}

/** Calls that need API 35. */
internal object SpecsApi35 {
    fun mgf1Sha1(builder: KeyGenParameterSpec.Builder) {
        builder.setMgf1Digests(KeyProperties.DIGEST_SHA1)
    }
}
