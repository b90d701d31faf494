package dev.keybound.app

import android.app.Activity
import android.app.Application
import android.os.Build
import android.os.Bundle
import android.view.KeyEvent
import android.view.MotionEvent
import android.view.Window
import android.view.WindowManager

/** Watches the activities of the app: what they come to, touches, screenshots; and covers them where that is wanted. */
class ActivityWatch(
    private val application: Application,
    private val onState: (AppState) -> Unit,
    private val events: LifecycleEvents,
) : Application.ActivityLifecycleCallbacks {
    /** Whether windows are kept out of the task switcher and of screenshots. Set on the main thread. */
    var privacy: Boolean = false
        set(on) {
            field = on
            current?.let(::cover)
        }

    private var current: Activity? = null
    private var screenshots: Any? = null

    fun start() = application.registerActivityLifecycleCallbacks(this)

    fun stop() = application.unregisterActivityLifecycleCallbacks(this)

    /** For an activity that was there before. */
    fun adopt(activity: Activity) {
        current = activity
        cover(activity)
        watchTouches(activity.window)
    }

    override fun onActivityResumed(activity: Activity) {
        adopt(activity)
        tell(AppState.RESUMED)
    }

    override fun onActivityPaused(activity: Activity) {
        if (activity === current) tell(AppState.PAUSED)
    }

    override fun onActivityStarted(activity: Activity) {
        if (Build.VERSION.SDK_INT >= 34) screenshots = ScreenshotsApi34.watch(activity) { events.onScreenshot() }
    }

    override fun onActivityStopped(activity: Activity) {
        if (Build.VERSION.SDK_INT >= 34) screenshots?.let { ScreenshotsApi34.forget(activity, it) }
        screenshots = null
        if (activity !== current) return
        // Made anew after a rotation the app stays on the screen, but its prompt does not.
        if (activity.isChangingConfigurations) onState(AppState.STOPPED) else tell(AppState.STOPPED)
    }

    override fun onActivityDestroyed(activity: Activity) {
        if (activity !== current) return
        current = null
        onState(AppState.DESTROYED)
    }

    override fun onActivityCreated(
        activity: Activity,
        state: Bundle?,
    ) = cover(activity)

    override fun onActivitySaveInstanceState(
        activity: Activity,
        state: Bundle,
    ) = Unit

    private fun tell(state: AppState) {
        onState(state)
        events.onAppState(state)
    }

    private fun cover(activity: Activity) {
        val flag = WindowManager.LayoutParams.FLAG_SECURE
        if (privacy) activity.window.addFlags(flag) else activity.window.clearFlags(flag)
        if (Build.VERSION.SDK_INT >= 33) RecentsApi33.showInRecents(activity, !privacy)
    }

    private fun watchTouches(window: Window) {
        val original = window.callback ?: return
        if (original !is TouchWatch) window.callback = TouchWatch(original, events)
    }
}

/** Lets every event through, and tells that there was one. */
private class TouchWatch(
    private val original: Window.Callback,
    private val events: LifecycleEvents,
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

/** Calls that need API 33. */
internal object RecentsApi33 {
    fun showInRecents(
        activity: Activity,
        shown: Boolean,
    ) = activity.setRecentsScreenshotEnabled(shown)
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
