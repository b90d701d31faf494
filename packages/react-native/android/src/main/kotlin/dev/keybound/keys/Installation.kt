package dev.keybound.keys

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import dev.keybound.failure.FailureCode
import dev.keybound.failure.HardwareFailure
import java.security.KeyPairGenerator
import java.security.KeyStore
import java.security.MessageDigest
import java.security.spec.ECGenParameterSpec

/**
 * Names this installation of the app: by the hash of a key that was made for nothing else. It dies with the app's data,
 * stays when the screen lock goes, and no copy of files takes it along.
 */
class Installation(
    private val store: KeyStore,
) {
    /** 16 bytes. */
    val id: ByteArray by lazy {
        if (!store.containsAlias(ALIAS)) make()
        val certificate =
            store.getCertificate(ALIAS)
                ?: throw HardwareFailure(FailureCode.INTERNAL, "The key store lost a key that it just made.")
        MessageDigest.getInstance("SHA-256").digest(certificate.encoded).copyOf(LENGTH)
    }

    private fun make() {
        val spec =
            KeyGenParameterSpec
                .Builder(ALIAS, KeyProperties.PURPOSE_SIGN)
                .setAlgorithmParameterSpec(ECGenParameterSpec("secp256r1"))
                .setDigests(KeyProperties.DIGEST_SHA256)
                .build()
        KeyPairGenerator.getInstance(KeyProperties.KEY_ALGORITHM_EC, KeyStoreAccess.PROVIDER).run {
            initialize(spec)
            generateKeyPair()
        }
    }

    companion object {
        /** No caller can have it: aliases begin with no dot. */
        const val ALIAS = ".installation"
        private const val LENGTH = 16
    }
}
