package dev.keybound.fakes

import dev.keybound.keys.Operation
import dev.keybound.prompt.PromptListener
import dev.keybound.prompt.PromptScreen
import dev.keybound.prompt.PromptWords

/** A prompt that says what a test has it say. */
class FakeScreen : PromptScreen {
    class Shown(
        val words: PromptWords,
        val operation: Operation,
        val listener: PromptListener,
    )

    val shown = mutableListOf<Shown>()
    var closed = 0
        private set

    /** Whether there is a resumed activity. */
    var resumed = true

    /** What the system throws instead of showing. */
    var refusal: RuntimeException? = null

    override fun show(
        words: PromptWords,
        operation: Operation,
        listener: PromptListener,
    ): Boolean {
        refusal?.let { throw it }
        if (!resumed) return false
        shown.add(Shown(words, operation, listener))
        return true
    }

    override fun close() {
        closed++
    }
}
