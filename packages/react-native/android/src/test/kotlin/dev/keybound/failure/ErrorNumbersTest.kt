package dev.keybound.failure

import android.security.KeyStoreException
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.UserNotAuthenticatedException
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.security.InvalidKeyException
import java.security.ProviderException
import java.security.SignatureException
import java.security.UnrecoverableKeyException
import javax.crypto.AEADBadTagException
import javax.crypto.BadPaddingException
import javax.crypto.IllegalBlockSizeException

/** Every number of the tables in `@keybound/phone/conformance` through the cases; here what wraps them, and the words. */
class ErrorNumbersTest {
    private fun codeOf(error: Throwable) = KeystoreErrors.failureOf(error).run { code to nativeCode }

    @Test
    fun `every number of the prompt keeps it, known or not`() {
        for (number in -1..64) assertEquals(number, PromptErrors.failureOf(number, "said").nativeCode)
        val unknown = PromptErrors.failureOf(4711, "of the vendor")
        assertEquals(FailureCode.INTERNAL to "of the vendor", unknown.code to unknown.message)
    }

    /** The framework's own exception of Android 13 and later: the number stands in its words. */
    @Test
    fun `a number of the key store is found in the framework’s own words, however deep it lies`() {
        for (number in listOf(-26, -28, -31, -38, -72, -1000, 2, 4, 17)) {
            val inner = KeyStoreException(number, "failed", "from the service")
            for (error in listOf(inner, SignatureException(inner), ProviderException("x", InvalidKeyException("y", inner)))) {
                assertEquals(number, KeystoreErrors.failureOf(error).nativeCode, error.toString())
            }
        }
    }

    @Test
    fun `before Android 13 the words alone tell`() {
        assertEquals(FailureCode.KEY_NOT_AUTHORIZED to -26, codeOf(ProviderException("Key user not authenticated")))
        assertEquals(FailureCode.KEY_NOT_AUTHORIZED to -28, codeOf(ProviderException("Invalid operation handle")))
        assertEquals(FailureCode.NOT_AVAILABLE to -31, codeOf(ProviderException("Too many operations")))
        assertEquals(FailureCode.KEY_NOT_AUTHORIZED to -26, codeOf(ProviderException("KEY_USER_NOT_AUTHENTICATED")))
    }

    @Test
    fun `exceptions that have a meaning of their own`() {
        assertEquals(FailureCode.KEY_INVALIDATED, codeOf(KeyPermanentlyInvalidatedException()).first)
        assertEquals(FailureCode.KEY_INVALIDATED, codeOf(UnrecoverableKeyException("gone")).first)
        assertEquals(FailureCode.KEY_NOT_AUTHORIZED to -26, codeOf(InvalidKeyException(UserNotAuthenticatedException())))
        assertEquals(FailureCode.OPEN_FAILED, codeOf(BadPaddingException()).first)
        assertEquals(FailureCode.OPEN_FAILED, codeOf(AEADBadTagException()).first)
    }

    /** What `Cipher.doFinal` throws for everything that the key store refuses (facts §8). */
    @Test
    fun `an IllegalBlockSizeException is unwrapped`() {
        val wrapped = { number: Int -> IllegalBlockSizeException().apply { initCause(KeyStoreException(number, "failed", "s")) } }
        assertEquals(FailureCode.KEY_NOT_AUTHORIZED to -26, codeOf(wrapped(-26)))
        assertEquals(FailureCode.OPEN_FAILED to -38, codeOf(wrapped(-38)))
        assertEquals(FailureCode.INTERNAL to -49, codeOf(wrapped(-49)))
    }

    @Test
    fun `causes that lead in a circle end`() {
        val one = ProviderException("one")
        one.initCause(ProviderException("two", one))
        assertEquals(FailureCode.INTERNAL to null, codeOf(one))
    }

    @Test
    fun `only what may be late is worth another try`() {
        val worth = { number: Int -> KeystoreErrors.isWorthRetrying(HardwareFailure(FailureCode.INTERNAL, "", number)) }
        assertTrue(worth(-26) && worth(-28))
        for (number in listOf(-31, -38, -72, -1000, 4)) assertTrue(!worth(number), "$number")
    }
}
