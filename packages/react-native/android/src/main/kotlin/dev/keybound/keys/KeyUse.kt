package dev.keybound.keys

import dev.keybound.failure.FailureCode
import dev.keybound.failure.HardwareFailure
import dev.keybound.failure.KeystoreErrors
import dev.keybound.failure.invalidArgument
import java.security.PrivateKey
import java.security.Signature
import java.security.spec.MGF1ParameterSpec
import javax.crypto.Cipher
import javax.crypto.spec.OAEPParameterSpec
import javax.crypto.spec.PSource

/** RSA-OAEP as both sides of a sealing key do it: SHA-256, and MGF1 with SHA-1 (see [KeySpecs]). */
val oaep: OAEPParameterSpec = OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT)

/** The name under which both sides ask for it. */
const val OAEP_TRANSFORMATION: String = "RSA/ECB/OAEPPadding"

/** Begins uses of keys. */
class KeyUse(
    private val keys: KeyStoreAccess,
    /** Waits so many milliseconds between two tries. */
    private val pause: (Long) -> Unit,
) {
    /** Throws `keyMissing`, `keyInvalidated`, and `invalidArgument` for a key that takes no biometric or does not sign. */
    fun beginSigning(alias: String): Operation = begin(alias, "EC", biometric = true)

    /** As [beginSigning], for the private half of a sealing key. */
    fun beginOpening(alias: String): Operation = begin(alias, "RSA", biometric = true)

    /** Signs with a proof key, without a prompt. One more try if the operation was pruned. */
    fun signProof(
        alias: String,
        bytes: ByteArray,
    ): ByteArray = finish(begin(alias, "EC", biometric = false), bytes) { begin(alias, "EC", biometric = false) }

    /**
     * Finishes an operation. Some phones say that nobody was recognised, or that the operation is gone, right after they
     * said the opposite: then one fresh operation is tried, without another prompt, after a short wait. A key that takes
     * a biometric for every use refuses that one too, unless the phone was merely late.
     */
    fun finish(
        operation: Operation,
        bytes: ByteArray,
        again: () -> Operation,
    ): ByteArray {
        try {
            return operation.finish(bytes)
        } catch (failure: HardwareFailure) {
            if (!KeystoreErrors.isWorthRetrying(failure)) throw failure
            pause(WAIT_MILLISECONDS)
        }
        return again().finish(bytes)
    }

    /** Without a prompt, and without leaving an operation open. */
    fun state(alias: String): KeyState =
        try {
            val key = keys.privateKey(alias)
            operationOf(key).abandon()
            KeyState.READY
        } catch (failure: HardwareFailure) {
            when (failure.code) {
                FailureCode.KEY_MISSING -> KeyState.MISSING
                FailureCode.KEY_INVALIDATED -> KeyState.INVALIDATED
                FailureCode.KEY_NOT_AUTHORIZED -> KeyState.READY
                else -> throw failure
            }
        }

    private fun begin(
        alias: String,
        algorithm: String,
        biometric: Boolean,
    ): Operation {
        val key = keys.privateKey(alias)
        if (key.algorithm != algorithm || keys.info(key).isUserAuthenticationRequired != biometric) {
            throw invalidArgument("Unexpected role of the key, expected one for this use.")
        }
        return operationOf(key)
    }

    private fun operationOf(key: PrivateKey): Operation =
        KeyStoreAccess.guarded {
            if (key.algorithm == "RSA") {
                Operation.Decrypt(Cipher.getInstance(OAEP_TRANSFORMATION).apply { init(Cipher.DECRYPT_MODE, key, oaep) })
            } else {
                Operation.Sign(Signature.getInstance("SHA256withECDSA").apply { initSign(key) })
            }
        }

    private companion object {
        const val WAIT_MILLISECONDS = 150L
    }
}
