package dev.keybound.keys

import android.security.keystore.StrongBoxUnavailableException
import dev.keybound.device.DeviceInspector
import dev.keybound.failure.FailureCode
import dev.keybound.failure.HardwareFailure
import dev.keybound.failure.KeystoreErrors
import java.security.GeneralSecurityException
import java.security.KeyPairGenerator
import java.security.ProviderException

/** Makes keys, checks what came out, and takes back what is weaker than asked. Never prompts. */
class KeyMaker(
    private val device: DeviceInspector,
    private val keys: KeyStoreAccess,
) {
    private val specs = KeySpecs(device.app.apiLevel)
    private val readBack = ReadBack(device.app.apiLevel)

    /**
     * Throws `keyExists`, `notEnrolled`, `passcodeNotSet`, `weakOnly`, `securityUpdateRequired`, `notAvailable`,
     * `strongBoxUnavailable`, `policyUnsupported`, `policyNotEnforced`. What it throws leaves no key behind.
     */
    fun make(request: KeyRequest): CreatedKey {
        if (keys.has(request.alias)) throw HardwareFailure(FailureCode.KEY_EXISTS, "There is a key of this alias.")
        if (request.role.takesBiometric) device.status().creationFailure?.let { throw HardwareFailure(it, "No key can be made now.") }
        val inStrongBox = generate(request)
        try {
            val level = readBack.check(keys.info(keys.privateKey(request.alias)), request, inStrongBox)
            val created = CreatedKey(keys.publicKey(request.alias).encoded, level, keys.chain(request.alias))
            keys.records.add(request.alias)
            return created
        } catch (failure: HardwareFailure) {
            keys.store.deleteEntry(request.alias)
            throw failure
        }
    }

    /**
     * Whether it was made in StrongBox. Phones claim to have one and fail all the same, so `preferred` tries and then does
     * without; `required` never does.
     */
    private fun generate(request: KeyRequest): Boolean {
        if (request.strongBox == StrongBox.NO) return generateIn(request, inStrongBox = false)
        val refusal: Exception? =
            if (device.app.strongBoxFeature && device.app.apiLevel >= 28) tryStrongBox(request) ?: return true else null
        if (request.strongBox == StrongBox.PREFERRED) return generateIn(request, inStrongBox = false)
        throw HardwareFailure(FailureCode.STRONG_BOX_UNAVAILABLE, "This phone has no StrongBox that works.", cause = refusal)
    }

    /** Null where it worked. Below API 28 there is no StrongBox, nor the exception that says so. */
    private fun tryStrongBox(request: KeyRequest): Exception? =
        try {
            generateIn(request, inStrongBox = true)
            null
        } catch (refusal: HardwareFailure) {
            refusal.takeIf { it.cause is ProviderException || isStrongBoxRefusal(it.cause) } ?: throw refusal
        }

    private fun isStrongBoxRefusal(error: Throwable?): Boolean = device.app.apiLevel >= 28 && MakerApi28.isStrongBoxRefusal(error)

    private fun generateIn(
        request: KeyRequest,
        inStrongBox: Boolean,
    ): Boolean {
        try {
            val generator = KeyPairGenerator.getInstance(specs.algorithmOf(request.role), KeyStoreAccess.PROVIDER)
            generator.initialize(specs.specOf(request, inStrongBox))
            generator.generateKeyPair()
        } catch (error: GeneralSecurityException) {
            throw creationFailure(request, error)
        } catch (error: ProviderException) {
            throw creationFailure(request, error)
        } catch (error: IllegalStateException) {
            throw creationFailure(request, error)
        } catch (error: IllegalArgumentException) {
            throw creationFailure(request, error)
        }
        return inStrongBox
    }

    /** The system says in prose why it refuses; the state of the device tells it reliably. */
    private fun creationFailure(
        request: KeyRequest,
        error: Exception,
    ): HardwareFailure {
        val known = KeystoreErrors.failureOf(error)
        if (known.code != FailureCode.INTERNAL) return known
        val asked = if (request.role.takesBiometric) device.status().creationFailure else null
        val noLock = if (request.role.takesBiometric && !device.screenLock) FailureCode.PASSCODE_NOT_SET else null
        val notEnrolled = FailureCode.NOT_ENROLLED.takeIf { error.causes().any { "enrolled" in it.message.orEmpty() } }
        val code = asked ?: noLock ?: notEnrolled ?: FailureCode.POLICY_UNSUPPORTED
        return HardwareFailure(code, "The key store made no key: ${error.message}", known.nativeCode, error)
    }

    private fun Throwable.causes(): Sequence<Throwable> = generateSequence(this) { it.cause }.take(10)
}

/** Calls that need API 28. */
internal object MakerApi28 {
    fun isStrongBoxRefusal(error: Throwable?): Boolean = error is StrongBoxUnavailableException
}
