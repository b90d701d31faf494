package dev.keybound.prompt

import android.app.Activity
import androidx.biometric.BiometricManager.Authenticators.BIOMETRIC_STRONG
import androidx.biometric.BiometricPrompt
import androidx.biometric.ShownPrompt
import androidx.lifecycle.Lifecycle
import dev.keybound.keys.Operation
import dev.keybound.virtual.ScreenActivity
import dev.keybound.virtual.unmade
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import java.security.Signature
import javax.crypto.Cipher

/** What androidx.biometric is asked for; a recorder stands in its place. */
class BiometricScreenTest {
    private val activity = unmade<ScreenActivity>()
    private var current: Activity? = activity
    private val screen = BiometricScreen({ current }) { it.run() }
    private val told = mutableListOf<Any?>()
    private val listener =
        object : PromptListener {
            override fun onSucceeded(operation: Operation?) {
                told.add(operation)
            }

            override fun onError(
                number: Int,
                message: String,
            ) {
                told.add(number to message)
            }
        }
    private val sign = Operation.Sign(Signature.getInstance("SHA256withECDSA"))

    @BeforeEach
    fun forget() {
        ShownPrompt.forget()
    }

    private fun show(operation: Operation = sign) = screen.show(PromptWords("Pay", "", "4.20 EUR", "Cancel"), operation, listener)

    @Test
    fun `asks for a strong biometric with a press, and for nothing else`() {
        assertTrue(show())
        assertEquals(BIOMETRIC_STRONG, ShownPrompt.authenticators)
        assertTrue(ShownPrompt.takesConfirmation)
        assertEquals(listOf("Pay", null, "4.20 EUR", "Cancel"), ShownPrompt.words)
    }

    @Test
    fun `the prompt is over the operation`() {
        show()
        assertSame(sign.signature, ShownPrompt.crypto.signature)
        val decrypt = Operation.Decrypt(Cipher.getInstance("RSA/ECB/OAEPPadding"))
        show(decrypt)
        assertSame(decrypt.cipher, ShownPrompt.crypto.cipher)
    }

    @Test
    fun `nothing is shown without a resumed activity whose state is not saved`() {
        activity.state = Lifecycle.State.STARTED
        assertFalse(show())
        activity.state = Lifecycle.State.RESUMED
        activity.saved = true
        assertFalse(show())
        current = null
        assertFalse(show())
        current = unmade<Activity>()
        assertFalse(show())
        assertNull(ShownPrompt.last)
    }

    @Test
    fun `tells of what the system hands back, and of its errors, not of a finger that was not recognised`() {
        show()
        val other = Signature.getInstance("SHA256withECDSA")
        ShownPrompt.callback.run {
            onAuthenticationFailed()
            onAuthenticationSucceeded(BiometricPrompt.AuthenticationResult(BiometricPrompt.CryptoObject(other)))
            onAuthenticationSucceeded(BiometricPrompt.AuthenticationResult(null))
            onAuthenticationError(7, "Too many attempts.")
        }
        assertSame(other, (told[0] as Operation.Sign).signature)
        assertEquals(listOf(null, 7 to "Too many attempts."), told.drop(1))
    }

    @Test
    fun `closing cancels the prompt that is shown`() {
        show()
        screen.close()
        assertTrue(ShownPrompt.isCanceled)
    }
}
