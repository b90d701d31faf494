package dev.keybound.prompt

import dev.keybound.app.AppState
import dev.keybound.failure.FailureCode
import dev.keybound.failure.HardwareFailure
import dev.keybound.failure.PromptErrors
import dev.keybound.keys.Operation
import java.util.concurrent.atomic.AtomicReference

/**
 * Owns the one prompt there can be. Every request is settled exactly once: by the system's answer, by `cancelPrompt`, when
 * the app leaves the screen, or when the time is up. A late answer to an earlier request settles nothing.
 */
class PromptOwner(
    private val screen: PromptScreen,
    /** Runs on the main thread. */
    private val onMain: (() -> Unit) -> Unit,
    /** Runs on the main thread after so many milliseconds. */
    private val later: (Long, () -> Unit) -> Unit,
) {
    private val open = AtomicReference<Request?>()

    /** A place that is taken before the key is asked, so that a second call opens no operation. Throws `promptBusy`. */
    fun claim(): Request {
        val request = Request()
        if (!open.compareAndSet(null, request)) throw HardwareFailure(FailureCode.PROMPT_BUSY, "A prompt is open.")
        return request
    }

    /**
     * Closes the prompt that is open now, not one that comes before the main thread gets to it: `systemCanceled`. Answers
     * whether there was one.
     */
    fun cancel(): Boolean {
        val closing = open.get() ?: return false
        onMain { closing.end("The app closed the prompt.") }
        return true
    }

    /**
     * Pause alone settles only after [PAUSED_MILLISECONDS]: some phones pause the activity under their own prompt. Once the
     * app is off the screen, or its activity is destroyed or made anew, nobody can answer any more. Called on the main thread.
     */
    fun onAppState(state: AppState) {
        val request = open.get() ?: return
        when (state) {
            AppState.STOPPED, AppState.DESTROYED -> request.end("The app left the screen.")
            AppState.PAUSED -> request.endUnlessResumed()
            AppState.RESUMED -> request.paused = false
        }
    }

    /** One prompt from its claim to its end. */
    inner class Request : PromptListener {
        private var answer: ((Result<Operation>) -> Unit)? = null
        private var shown = false
        internal var paused = false

        /** Gives the place back where no prompt came to be shown. */
        fun release() {
            open.compareAndSet(this, null)
        }

        /** Shows it; `settle` is called once, on the main thread. */
        fun show(
            words: PromptWords,
            operation: Operation,
            settle: (Result<Operation>) -> Unit,
        ) = onMain {
            answer = settle
            when {
                open.get() !== this -> settleWith(canceled("The app closed the prompt."))
                !present(words, operation) -> settleWith(canceled("There is no screen to show a prompt on."))
                else -> later(LONGEST_MILLISECONDS) { end("Nobody answered.") }
            }
        }

        override fun onSucceeded(operation: Operation?) {
            if (operation != null) return settleWith(Result.success(operation))
            // Seen on phones in the field, and what code injected into the app would do.
            val message = "The prompt succeeded without the operation it was to unlock."
            settleWith(Result.failure(HardwareFailure(FailureCode.KEY_NOT_AUTHORIZED, message)))
        }

        override fun onError(
            number: Int,
            message: String,
        ) = settleWith(Result.failure(PromptErrors.failureOf(number, message)))

        internal fun end(why: String) {
            // Claimed and not yet shown: whoever claimed it learns of it when it is to be shown.
            if (answer == null) return release()
            val wasOpen = open.get() === this
            settleWith(canceled(why))
            if (wasOpen && shown) screen.close()
        }

        internal fun endUnlessResumed() {
            paused = true
            later(PAUSED_MILLISECONDS) { if (paused) end("The app was paused and did not come back.") }
        }

        private fun present(
            words: PromptWords,
            operation: Operation,
        ): Boolean {
            shown = true
            return try {
                screen.show(words, operation, this)
            } catch (error: RuntimeException) {
                val code = if (error is IllegalArgumentException) FailureCode.INVALID_ARGUMENT else FailureCode.INTERNAL
                settleWith(Result.failure(HardwareFailure(code, "No prompt: ${error.message}", cause = error)))
                true
            }
        }

        private fun settleWith(result: Result<Operation>) {
            val settle = answer ?: return
            answer = null
            release()
            settle(result)
        }
    }

    private fun canceled(why: String): Result<Operation> = Result.failure(HardwareFailure(FailureCode.SYSTEM_CANCELED, why))

    companion object {
        /** How long a paused activity may hide a prompt: as long as the system's own patience. */
        const val PAUSED_MILLISECONDS = 30_000L

        /** How long any prompt may take. The system gives up long before. */
        const val LONGEST_MILLISECONDS = 180_000L
    }
}
