package dev.keybound.app

import android.app.Activity
import android.app.Application
import android.os.Bundle
import android.view.KeyEvent
import android.view.MotionEvent
import android.view.Window

/**
 * Watches the activities of the app: what they come to, touches, screenshots; and covers them where that is wanted. Called
 * on the main thread only.
 */
class ActivityWatch(
    private val application: Application,
    private val apiLevel: Int,
    private val onState: (AppState) -> Unit,
    private val events: LifecycleEvents,
) : Application.ActivityLifecycleCallbacks {
    /** Whether windows are kept out of the task switcher and of screenshots. */
    var privacy: Boolean = false
        set(on) {
            field = on
            if (on) current?.let(cover::cover) else cover.uncoverAll()
        }

    private val cover = ScreenCover(apiLevel)

    /** The one that was on top of the screen last. */
    private var current: Activity? = null

    /** What was registered with activities that are started: of two, the lower stops after the upper one has started. */
    private val screenshots = HashMap<Activity, Any>()

    /** Activities whose touches are told, until they are destroyed. */
    private val touched = HashSet<Activity>()

    fun start() = application.registerActivityLifecycleCallbacks(this)

    /** Leaves the activities as they were found, for the watch of the module that comes next. */
    fun stop() {
        application.unregisterActivityLifecycleCallbacks(this)
        screenshots.keys.toList().forEach(::forgetScreenshots)
        touched.forEach(::forgetTouches)
        touched.clear()
        cover.uncoverAll()
        current = null
    }

    /** For an activity that was there before. */
    fun adopt(activity: Activity) {
        current = activity
        if (privacy) cover.cover(activity)
        watchTouches(activity)
        watchScreenshots(activity)
    }

    override fun onActivityResumed(activity: Activity) {
        // Another one of the app has come on top: nobody can answer what was asked on the one below.
        if (current != null && current !== activity) onState(AppState.STOPPED)
        adopt(activity)
        tell(AppState.RESUMED)
    }

    override fun onActivityPaused(activity: Activity) {
        if (activity === current) tell(AppState.PAUSED)
    }

    override fun onActivityStarted(activity: Activity) = watchScreenshots(activity)

    override fun onActivityStopped(activity: Activity) {
        forgetScreenshots(activity)
        if (activity !== current) return
        // Made anew after a rotation the app stays on the screen, but its prompt does not.
        if (activity.isChangingConfigurations) onState(AppState.STOPPED) else tell(AppState.STOPPED)
    }

    override fun onActivityDestroyed(activity: Activity) {
        touched.remove(activity)
        cover.forget(activity)
        if (activity !== current) return
        current = null
        onState(AppState.DESTROYED)
    }

    override fun onActivityCreated(
        activity: Activity,
        state: Bundle?,
    ) {
        if (privacy) cover.cover(activity)
    }

    override fun onActivitySaveInstanceState(
        activity: Activity,
        state: Bundle,
    ) = Unit

    private fun tell(state: AppState) {
        onState(state)
        events.onAppState(state)
    }

    private fun watchScreenshots(activity: Activity) {
        if (apiLevel < 34 || activity in screenshots) return
        screenshots[activity] = ScreenshotsApi34.watch(activity, events::onScreenshot)
    }

    private fun forgetScreenshots(activity: Activity) {
        if (apiLevel < 34) return
        screenshots.remove(activity)?.let { ScreenshotsApi34.forget(activity, it) }
    }

    private fun watchTouches(activity: Activity) {
        val original = activity.window.callback ?: return
        if (original is TouchWatch && original.events === events) return
        activity.window.callback = TouchWatch(original, events)
        touched.add(activity)
    }

    /** Where somebody has put a callback of theirs around ours it stays, and tells those who no longer listen. */
    private fun forgetTouches(activity: Activity) {
        val watch = activity.window.callback as? TouchWatch ?: return
        if (watch.events === events) activity.window.callback = watch.original
    }
}

/** Lets every event through, and tells that there was one. */
private class TouchWatch(
    val original: Window.Callback,
    val events: LifecycleEvents,
) : Window.Callback by original {
    override fun dispatchTouchEvent(event: MotionEvent?): Boolean {
        events.onActivity()
        return original.dispatchTouchEvent(event)
    }

    override fun dispatchKeyEvent(event: KeyEvent?): Boolean {
        events.onActivity()
        return original.dispatchKeyEvent(event)
    }
}

/** Calls that need API 34, and the permission DETECT_SCREEN_CAPTURE, which every app is given. */
internal object ScreenshotsApi34 {
    fun watch(
        activity: Activity,
        tell: () -> Unit,
    ): Any {
        val callback = Activity.ScreenCaptureCallback { tell() }
        activity.registerScreenCaptureCallback(activity.mainExecutor, callback)
        return callback
    }

    fun forget(
        activity: Activity,
        callback: Any,
    ) {
        activity.unregisterScreenCaptureCallback(callback as Activity.ScreenCaptureCallback)
    }
}
