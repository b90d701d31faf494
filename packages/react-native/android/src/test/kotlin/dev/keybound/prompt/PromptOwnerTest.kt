package dev.keybound.prompt

import dev.keybound.app.AppState
import dev.keybound.failure.FailureCode
import dev.keybound.fakes.FakeScreen
import dev.keybound.fakes.ManualTime
import dev.keybound.fakes.Settled
import dev.keybound.fakes.failing
import dev.keybound.fakes.failure
import dev.keybound.keys.Operation
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource
import java.security.Signature

class PromptOwnerTest {
    private val time = ManualTime()
    private val screen = FakeScreen()
    private val owner = PromptOwner(screen, time::onMain, time::later)
    private val operation = Operation.Sign(Signature.getInstance("SHA256withECDSA"))
    private val words = PromptWords("Sign in", "", "", "Cancel")

    private fun open() = Settled<Operation>().also { owner.claim().show(words, operation, it) }

    private fun assertFree() = owner.claim().release()

    @Test
    fun `settles with the operation that the prompt hands back, not with the one it was given`() {
        val settled = open()
        val unlocked = Operation.Sign(Signature.getInstance("SHA256withECDSA"))
        screen.shown
            .single()
            .listener
            .onSucceeded(unlocked)
        assertSame(unlocked, settled.result.getOrThrow())
        assertFree()
    }

    @Test
    fun `a success without an operation is no success`() {
        val settled = open()
        screen.shown
            .single()
            .listener
            .onSucceeded(null)
        assertEquals(FailureCode.KEY_NOT_AUTHORIZED, settled.result.failure().code)
        assertFree()
    }

    @Test
    fun `a second call is refused while the first waits, and the first goes on`() {
        val settled = open()
        failing(FailureCode.PROMPT_BUSY) { owner.claim() }
        assertEquals(0, settled.count)
        screen.shown
            .single()
            .listener
            .onSucceeded(operation)
        assertEquals(1, settled.count)
    }

    /** What is made anew after a rotation is told as stopped, then destroyed. */
    @ParameterizedTest
    @EnumSource(names = ["STOPPED", "DESTROYED"])
    fun `settles at once when the activity stops, is destroyed or made anew`(state: AppState) {
        val settled = open()
        owner.onAppState(state)
        assertEquals(FailureCode.SYSTEM_CANCELED, settled.result.failure().code)
        assertEquals(1, screen.closed)
        assertFree()
    }

    @Test
    fun `a pause settles if the app does not come back`() {
        val settled = open()
        owner.onAppState(AppState.PAUSED)
        assertEquals(0, settled.count)
        time.advance(60_000)
        assertEquals(FailureCode.SYSTEM_CANCELED, settled.result.failure().code)
        assertEquals(1, screen.closed)
    }

    @Test
    fun `a pause under the phone’s own prompt does not end it`() {
        val settled = open()
        owner.onAppState(AppState.PAUSED)
        owner.onAppState(AppState.RESUMED)
        time.advance(60_000)
        assertEquals(0, settled.count)
        screen.shown
            .single()
            .listener
            .onSucceeded(operation)
        assertSame(operation, settled.result.getOrThrow())
    }

    @Test
    fun `cancelling closes the prompt and settles once, whatever the system says later`() {
        val settled = open()
        owner.cancel()
        screen.shown
            .single()
            .listener
            .onError(5, "Canceled")
        screen.shown
            .single()
            .listener
            .onSucceeded(operation)
        assertEquals(FailureCode.SYSTEM_CANCELED, settled.result.failure().code)
        assertEquals(1, screen.closed)
    }

    /** JavaScript asks for the next prompt as soon as the call has returned, which may be before the main thread ran. */
    @Test
    fun `cancelling when nothing is open does not end the prompt that comes next`() {
        val main = ArrayDeque<() -> Unit>()
        val busy = PromptOwner(screen, { main.add(it) }, time::later)
        busy.cancel()
        val settled = Settled<Operation>()
        busy.claim().show(words, operation, settled)
        main.forEach { it() }
        assertEquals(0, settled.count)
        assertEquals(1, screen.shown.size)
    }

    @Test
    fun `a late answer to an ended prompt does not settle the next`() {
        open()
        owner.cancel()
        val next = open()
        screen.shown
            .first()
            .listener
            .onSucceeded(operation)
        assertEquals(0, next.count)
        screen.shown
            .last()
            .listener
            .onError(13, "Cancel")
        assertEquals(FailureCode.USER_CANCELED, next.result.failure().code)
    }

    @Test
    fun `a claim that was cancelled before its prompt came up shows none`() {
        val request = owner.claim()
        owner.cancel()
        val settled = Settled<Operation>()
        request.show(words, operation, settled)
        assertEquals(FailureCode.SYSTEM_CANCELED, settled.result.failure().code)
        assertEquals(emptyList<FakeScreen.Shown>(), screen.shown)
    }

    @Test
    fun `without a resumed activity the call is refused at once`() {
        screen.resumed = false
        val settled = open()
        assertEquals(FailureCode.SYSTEM_CANCELED, settled.result.failure().code)
        screen.resumed = true
        open()
        assertEquals(1, screen.shown.size)
    }

    @Test
    fun `a prompt that the system refuses to build settles`() {
        screen.refusal = IllegalArgumentException("Negative text must be set and non-empty.")
        assertEquals(FailureCode.INVALID_ARGUMENT, open().result.failure().code)
        screen.refusal = IllegalStateException("FragmentManager is already executing transactions")
        assertEquals(FailureCode.INTERNAL, open().result.failure().code)
        assertFree()
    }

    @Test
    fun `a prompt that nobody answers ends after three minutes`() {
        val settled = open()
        time.advance(179_999)
        assertEquals(0, settled.count)
        time.advance(1)
        assertEquals(FailureCode.SYSTEM_CANCELED, settled.result.failure().code)
        assertEquals(1, screen.closed)
    }
}
