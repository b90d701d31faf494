package dev.keybound.virtual

import androidx.biometric.BiometricPrompt
import dev.keybound.device.DeviceInspector
import dev.keybound.keys.Operation
import dev.keybound.prompt.Answers
import dev.keybound.prompt.PromptListener
import dev.keybound.prompt.PromptScreen
import dev.keybound.prompt.PromptWords
import org.json.JSONObject

/** The prompt of a virtual phone. Its answers go through the callback that androidx.biometric would call. */
class VirtualScreen(
    private val phone: PhoneSocket,
    private val onMain: (() -> Unit) -> Unit,
) : PromptScreen {
    /** Whether the activity is on the screen. Changed on the main thread. */
    var isResumed = true

    override fun show(
        words: PromptWords,
        operation: Operation,
        listener: PromptListener,
    ): Boolean {
        if (!isResumed) return false
        val holder = holderOf(operation)
        val answers = Answers(listener)
        val request =
            JSONObject()
                .put("title", words.title)
                .put("subtitle", words.subtitle)
                .put("description", words.description)
                .put("negative", words.cancel)
                .put("authenticators", DeviceInspector.STRONG)
                .put("confirmationRequired", true)
                .put("operation", VirtualOperation.idOf(holder))
        phone.begin("prompt.show", request).whenComplete { outcome, error ->
            onMain { if (error == null) tell(answers, outcome, operation) else answers.onAuthenticationError(1, "${error.message}") }
        }
        return true
    }

    override fun close() {
        phone.begin("prompt.cancel", JSONObject())
    }

    private fun tell(
        answers: Answers,
        outcome: JSONObject,
        operation: Operation,
    ) {
        when (outcome.getString("outcome")) {
            "succeeded" -> {
                val crypto = cryptoOf(operation).takeUnless { outcome.isNull("operation") }
                answers.onAuthenticationSucceeded(BiometricPrompt.AuthenticationResult(crypto))
            }
            "error" -> answers.onAuthenticationError(outcome.getInt("code"), outcome.getString("message"))
            // Nothing is said where androidx says nothing.
            else -> Unit
        }
    }

    private fun holderOf(operation: Operation): Any =
        when (operation) {
            is Operation.Sign -> operation.signature
            is Operation.Decrypt -> operation.cipher
        }

    private fun cryptoOf(operation: Operation): BiometricPrompt.CryptoObject =
        when (operation) {
            is Operation.Sign -> BiometricPrompt.CryptoObject(operation.signature)
            is Operation.Decrypt -> BiometricPrompt.CryptoObject(operation.cipher)
        }
}
