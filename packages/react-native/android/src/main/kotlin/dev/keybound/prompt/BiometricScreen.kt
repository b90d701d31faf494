package dev.keybound.prompt

import android.app.Activity
import androidx.biometric.BiometricManager
import androidx.biometric.BiometricPrompt
import androidx.fragment.app.FragmentActivity
import androidx.lifecycle.Lifecycle
import dev.keybound.keys.Operation
import java.util.concurrent.Executor

/** The prompt of androidx.biometric, and nothing more: whatever is decided is decided in [PromptOwner]. */
class BiometricScreen(
    private val activity: () -> Activity?,
    private val mainExecutor: Executor,
) : PromptScreen {
    private var shown: BiometricPrompt? = null

    override fun show(
        words: PromptWords,
        operation: Operation,
        listener: PromptListener,
    ): Boolean {
        val host = activity() as? FragmentActivity ?: return false
        // Without these two, authenticate() returns and never says a word.
        if (!host.lifecycle.currentState.isAtLeast(Lifecycle.State.RESUMED) || host.supportFragmentManager.isStateSaved) return false
        val prompt = BiometricPrompt(host, mainExecutor, Answers(listener))
        shown = prompt
        prompt.authenticate(infoOf(words), cryptoOf(operation))
        return true
    }

    override fun close() {
        shown?.cancelAuthentication()
    }

    private fun infoOf(words: PromptWords): BiometricPrompt.PromptInfo =
        BiometricPrompt.PromptInfo
            .Builder()
            .setTitle(words.title)
            .setSubtitle(words.subtitle.ifEmpty { null })
            .setDescription(words.description.ifEmpty { null })
            .setNegativeButtonText(words.cancel)
            .setAllowedAuthenticators(BiometricManager.Authenticators.BIOMETRIC_STRONG)
            // A face is seen without its owner's doing; a press is not (MASTG-TEST-0329).
            .setConfirmationRequired(true)
            .build()

    private fun cryptoOf(operation: Operation): BiometricPrompt.CryptoObject =
        when (operation) {
            is Operation.Sign -> BiometricPrompt.CryptoObject(operation.signature)
            is Operation.Decrypt -> BiometricPrompt.CryptoObject(operation.cipher)
        }
}

/** Passes on what the system says. A finger that was not recognised leaves the prompt open and is nobody's news. */
internal class Answers(
    private val listener: PromptListener,
) : BiometricPrompt.AuthenticationCallback() {
    override fun onAuthenticationSucceeded(result: BiometricPrompt.AuthenticationResult) {
        val crypto = result.cryptoObject
        val operation = crypto?.signature?.let { Operation.Sign(it) } ?: crypto?.cipher?.let { Operation.Decrypt(it) }
        listener.onSucceeded(operation)
    }

    override fun onAuthenticationError(
        errorCode: Int,
        errString: CharSequence,
    ) = listener.onError(errorCode, errString.toString())
}
