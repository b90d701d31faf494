package dev.keybound.keys

import android.security.keystore.KeyInfo
import dev.keybound.failure.FailureCode
import dev.keybound.failure.HardwareFailure
import dev.keybound.failure.KeystoreErrors
import dev.keybound.files.PrivateFiles
import java.security.GeneralSecurityException
import java.security.KeyFactory
import java.security.KeyStore
import java.security.PrivateKey
import java.security.ProviderException
import java.security.PublicKey

/** Keys of this app in the Android Keystore, by alias. Reads only; never makes a key where one is missing. */
class KeyStoreAccess(
    recordFiles: PrivateFiles,
) {
    /** Fails where the phone has none, which no phone of our lowest level does. */
    val store: KeyStore by lazy { KeyStore.getInstance(PROVIDER).apply { load(null) } }

    /** Asked on the worker only. */
    val installation: Installation by lazy { Installation(store) }

    /** What this installation made. */
    val records: KeyRecords by lazy { KeyRecords(recordFiles, installation) }

    fun has(alias: String): Boolean = guarded { store.containsAlias(alias) }

    /** Throws `keyMissing` for what was never here, `keyInvalidated` for what the system destroyed. */
    fun privateKey(alias: String): PrivateKey = guarded { store.getKey(alias, null) as? PrivateKey } ?: throw absent(alias)

    /** Leaf first. Throws as [privateKey]. */
    fun chain(alias: String): List<ByteArray> = guarded { store.getCertificateChain(alias) }?.map { it.encoded } ?: throw absent(alias)

    /** Throws as [privateKey]. */
    fun publicKey(alias: String): PublicKey = guarded { store.getCertificate(alias) }?.publicKey ?: throw absent(alias)

    /** What the system made. */
    fun info(key: PrivateKey): KeyInfo = guarded { KeyFactory.getInstance(key.algorithm, PROVIDER).getKeySpec(key, KeyInfo::class.java) }

    /** The failure for a key that is not there. */
    fun absent(alias: String): HardwareFailure =
        if (records.has(alias)) {
            HardwareFailure(FailureCode.KEY_INVALIDATED, "The system destroyed this key: enrolment or screen lock changed.")
        } else {
            HardwareFailure(FailureCode.KEY_MISSING, "There is no key of this alias.")
        }

    companion object {
        /** Of keys in hardware; named for keys, ciphers find it by the key (MASTG-TEST-0312). */
        const val PROVIDER = "AndroidKeyStore"

        /** Runs work with the key store, and gives what it throws its meaning. */
        inline fun <T> guarded(work: () -> T): T =
            try {
                work()
            } catch (error: GeneralSecurityException) {
                throw KeystoreErrors.failureOf(error)
            } catch (error: ProviderException) {
                throw KeystoreErrors.failureOf(error)
            } catch (error: IllegalStateException) {
                throw KeystoreErrors.failureOf(error)
            }
    }
}
