package dev.keybound.app

import dev.keybound.failure.FailureCode
import dev.keybound.fakes.FakeScreen
import dev.keybound.fakes.ManualTime
import dev.keybound.fakes.Settled
import dev.keybound.fakes.failure
import dev.keybound.keys.Operation
import dev.keybound.prompt.PromptOwner
import dev.keybound.prompt.PromptWords
import dev.keybound.virtual.unmade
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.lang.ref.WeakReference
import java.security.Signature

/** The watch and the owner of the prompt as they are put together in `AndroidHardware`, over activities that come and go. */
class ActivityWatchTest {
    private val app = unmade<WatchedApp>()
    private val told = mutableListOf<String>()
    private val time = ManualTime()
    private val owner = PromptOwner(FakeScreen(), time::onMain, time::later)
    private var now = 0L
    private val watch = watchOf()

    private fun watchOf(apiLevel: Int = 35) =
        ActivityWatch(app, apiLevel, owner::onAppState, LifecycleEvents({ now }, told::add)).apply { start() }

    private fun ask() =
        Settled<Operation>().also {
            val operation = Operation.Sign(Signature.getInstance("SHA256withECDSA"))
            owner.claim().show(PromptWords("Sign in", "", "", "Cancel"), operation, it)
        }

    private fun assertEnded(settled: Settled<Operation>) = assertEquals(FailureCode.SYSTEM_CANCELED, settled.result.failure().code)

    @Test
    fun `an activity that is gone is held by nothing`() {
        watch.privacy = true
        val gone = lifeOfTwo()
        System.gc()
        for (activity in gone) assertNull(activity.get())
    }

    /** On a stack of its own, which holds them no more when it is done. */
    private fun lifeOfTwo(): List<WeakReference<WatchedActivity>> {
        val below = app.open()
        val above = app.cover(below)
        app.uncover(above, below)
        app.close(below)
        return listOf(WeakReference(above), WeakReference(below))
    }

    @Test
    fun `the activity of a module that was thrown away is not held by its watch`() {
        val shown = openForgotten()
        watch.stop()
        System.gc()
        assertNull(shown.get())
    }

    private fun openForgotten() = WeakReference(app.open())

    @Test
    fun `a prompt is settled when its activity is destroyed, also without having stopped`() {
        val activity = app.open()
        val settled = ask()
        app.destroy(activity)
        assertEnded(settled)
    }

    @Test
    fun `a prompt is settled when another activity comes over its own, and that one can ask`() {
        val below = app.open()
        val settled = ask()
        val above = WatchedActivity.made()
        app.pause(below)
        app.open(above)
        assertEnded(settled)
        val next = ask()
        app.stop(below)
        app.destroy(below)
        assertEquals(0, next.count)
        app.close(above)
        assertEnded(next)
    }

    @Test
    fun `made anew, the activity has lost its prompt and can ask again, and JavaScript is not told of the background`() {
        val first = app.open()
        val settled = ask()
        val second = app.recreate(first)
        assertEnded(settled)
        assertEquals(listOf("active", "inactive", "active"), told)
        val next = ask()
        time.advance(PromptOwner.PAUSED_MILLISECONDS)
        assertEquals(0, next.count)
        app.close(second)
        assertEnded(next)
        assertEquals(listOf("inactive", "background"), told.takeLast(2))
    }

    @Test
    fun `of two activities each listens for screenshots while it is started, and for no longer`() {
        val below = app.open()
        val above = app.cover(below)
        assertEquals(listOf(0, 1), listOf(below, above).map { it.screenshotListeners.size })
        app.uncover(above, below)
        below.takeScreenshot()
        assertEquals(1, told.count { it == "screenshot" })
        app.close(below)
        assertEquals(listOf(0, 0), listOf(below, above).map { it.screenshotListeners.size })
    }

    @Test
    fun `an activity that was there before the module is watched and covered at once`() {
        val activity = WatchedActivity.made()
        watch.privacy = true
        watch.adopt(activity)
        activity.takeScreenshot()
        activity.touch()
        assertEquals(listOf("screenshot", "activity"), told)
        assertTrue(activity.isSecure)
        app.resume(activity)
        assertEquals(1, activity.screenshotListeners.size)
    }

    @Test
    fun `the cover is on from the start of every activity, and changes at once`() {
        val first = app.open()
        assertFalse(first.isSecure)
        watch.privacy = true
        assertTrue(first.isSecure)
        assertFalse(first.shownInRecents)
        val second = app.recreate(first)
        assertTrue(second.isSecure)
        watch.privacy = false
        assertFalse(second.isSecure)
        assertTrue(second.shownInRecents)
    }

    @Test
    fun `of two covered activities neither stays so when the cover is taken off`() {
        watch.privacy = true
        val below = app.open()
        val above = app.cover(below)
        watch.privacy = false
        assertEquals(listOf(false, false), listOf(below, above).map { it.isSecure })
        assertEquals(listOf(true, true), listOf(below, above).map { it.shownInRecents })
    }

    @Test
    fun `a module that was thrown away leaves no cover behind`() {
        watch.privacy = true
        val below = app.open()
        val above = app.cover(below)
        watch.stop()
        assertEquals(listOf(false, false), listOf(below, above).map { it.isSecure })
        assertEquals(listOf(true, true), listOf(below, above).map { it.shownInRecents })
    }

    @Test
    fun `a window that the app itself keeps secret stays so`() {
        val activity = WatchedActivity.made().apply { keepSecret() }
        app.open(activity)
        assertTrue(activity.isSecure)
        watch.privacy = true
        watch.privacy = false
        assertTrue(activity.isSecure)
        watch.privacy = true
        watch.stop()
        assertTrue(activity.isSecure)
        assertTrue(activity.shownInRecents)
    }

    @Test
    fun `a touch is told and handled, once, also after the app was away`() {
        val activity = app.open()
        app.pause(activity)
        app.resume(activity)
        told.clear()
        now = 10_000
        activity.touch()
        assertEquals(listOf("activity"), told)
        assertEquals(1, activity.touches)
    }

    @Test
    fun `the module that comes next on the same activity is told, and the one before no more`() {
        val activity = app.open()
        watch.stop()
        told.clear()
        activity.touch()
        activity.takeScreenshot()
        assertEquals(emptyList<String>(), told)
        watchOf().adopt(activity)
        activity.touch()
        activity.takeScreenshot()
        assertEquals(listOf("activity", "screenshot"), told)
    }

    @Test
    fun `calls that an old phone has not are not made`() {
        watch.stop()
        val old = watchOf(apiLevel = 32)
        old.privacy = true
        val activity = app.open()
        assertTrue(activity.isSecure)
        assertTrue(activity.shownInRecents)
        assertEquals(emptySet<Any>(), activity.screenshotListeners)
        app.close(activity)
        old.stop()
    }
}
