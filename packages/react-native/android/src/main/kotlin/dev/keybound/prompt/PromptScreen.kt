package dev.keybound.prompt

import dev.keybound.keys.Operation

/** Words of a prompt. Empty means none. */
class PromptWords(
    val title: String,
    val subtitle: String,
    val description: String,
    /** Of the button that closes it. */
    val cancel: String,
)

/** The system's prompt. Called on the main thread only. */
interface PromptScreen {
    /** Whether it came up: not without a resumed activity whose state is not yet saved, where the system says nothing at all. */
    fun show(
        words: PromptWords,
        operation: Operation,
        listener: PromptListener,
    ): Boolean

    /** Closes it. */
    fun close()
}

/** What the system's prompt tells. */
interface PromptListener {
    /** `operation` is the one that the system hands back, which alone is unlocked; null where it hands back none. */
    fun onSucceeded(operation: Operation?)

    /** A number of `BiometricPrompt.ERROR_…`. */
    fun onError(
        number: Int,
        message: String,
    )
}
