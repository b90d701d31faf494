package dev.keybound.failure

import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.UserNotAuthenticatedException
import java.security.UnrecoverableKeyException
import javax.crypto.BadPaddingException

/** What the exceptions of the Android Keystore mean. They come wrapped, so the whole chain of causes is looked at. */
object KeystoreErrors {
    /** KeyMint `KEY_USER_NOT_AUTHENTICATED`. */
    const val USER_NOT_AUTHENTICATED = -26

    /** KeyMint `INVALID_OPERATION_HANDLE`: the operation was pruned. */
    const val OPERATION_GONE = -28

    private const val TOO_MANY_OPERATIONS = -31
    private const val DEVICE_LOCKED = -72

    /** keystore2 `LOCKED`, which the framework calls "User authentication required". */
    private const val AUTHENTICATION_REQUIRED = 2

    /** keystore2 `KEY_PERMANENTLY_INVALIDATED`. */
    private const val INVALIDATED = 17

    private val unauthorized = setOf(USER_NOT_AUTHENTICATED, OPERATION_GONE, AUTHENTICATION_REQUIRED)

    /** KeyMint `INVALID_ARGUMENT`: what was to be decrypted was not encrypted to this key. */
    private const val NOT_OURS = -38

    /** A purpose, digest or padding that the key was not made for. */
    private val wrongUses = setOf(-2, -3, -13, -78)

    /** Before API 33 the number stands in the message only, in these words of `android.security.KeyStore`. */
    private val words =
        mapOf(
            "user not authenticated" to USER_NOT_AUTHENTICATED,
            "user_not_authenticated" to USER_NOT_AUTHENTICATED,
            "invalid operation handle" to OPERATION_GONE,
            "invalid_operation_handle" to OPERATION_GONE,
            "too many operations" to TOO_MANY_OPERATIONS,
            "too_many_operations" to TOO_MANY_OPERATIONS,
            "device locked" to DEVICE_LOCKED,
            "device_locked" to DEVICE_LOCKED,
        )

    private val inMessage = Regex("""internal Keystore code: (-?\d+)""")

    /** Names the failure of an operation with a key. What is not known is `internal`, with the number if there is one. */
    fun failureOf(error: Throwable): HardwareFailure {
        val causes = causesOf(error)
        causes.firstNotNullOfOrNull { it as? HardwareFailure }?.let { return it }
        val unauthenticated = causes.any { it is UserNotAuthenticatedException }
        val number = causes.firstNotNullOfOrNull(::numberOf) ?: USER_NOT_AUTHENTICATED.takeIf { unauthenticated }
        val code =
            when {
                causes.any { it is KeyPermanentlyInvalidatedException } -> FailureCode.KEY_INVALIDATED
                causes.any { it is UnrecoverableKeyException } -> FailureCode.KEY_INVALIDATED
                number == INVALIDATED -> FailureCode.KEY_INVALIDATED
                unauthenticated || number in unauthorized -> FailureCode.KEY_NOT_AUTHORIZED
                number == DEVICE_LOCKED -> FailureCode.DEVICE_LOCKED
                number == TOO_MANY_OPERATIONS -> FailureCode.NOT_AVAILABLE
                number == NOT_OURS || causes.any { it is BadPaddingException } -> FailureCode.OPEN_FAILED
                number in wrongUses -> FailureCode.INVALID_ARGUMENT
                else -> FailureCode.INTERNAL
            }
        return HardwareFailure(code, "The key store refused: ${error.message ?: error.javaClass.simpleName}", number, error)
    }

    /** Whether a fresh operation may succeed where this one failed. */
    fun isWorthRetrying(failure: HardwareFailure): Boolean =
        failure.nativeCode == USER_NOT_AUTHENTICATED || failure.nativeCode == OPERATION_GONE

    private fun causesOf(error: Throwable): List<Throwable> = generateSequence(error) { it.cause }.take(MOST_CAUSES).toList()

    private fun numberOf(error: Throwable): Int? {
        val text = error.message ?: return null
        inMessage.find(text)?.let { return it.groupValues[1].toInt() }
        val lower = text.lowercase()
        return words.entries.firstOrNull { (part) -> part in lower }?.value
    }

    private const val MOST_CAUSES = 10
}
