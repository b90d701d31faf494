package dev.keybound.app

import android.app.Activity
import android.app.Application
import android.view.MotionEvent
import android.view.Window
import android.view.WindowManager
import dev.keybound.virtual.unmade
import java.io.ByteArrayOutputStream
import java.io.DataOutputStream
import java.lang.invoke.MethodHandles
import java.lang.reflect.Modifier
import java.util.concurrent.Executor

/** An app whose activities come and go in the order in which Android has them do so. */
class WatchedApp : Application() {
    private var watches: MutableList<ActivityLifecycleCallbacks>? = null
    private val callbacks get() = watches ?: mutableListOf<ActivityLifecycleCallbacks>().also { watches = it }

    override fun registerActivityLifecycleCallbacks(callback: ActivityLifecycleCallbacks) {
        callbacks.add(callback)
    }

    override fun unregisterActivityLifecycleCallbacks(callback: ActivityLifecycleCallbacks) {
        callbacks.remove(callback)
    }

    /** Brings an activity onto the screen. */
    fun open(activity: WatchedActivity = WatchedActivity.made()): WatchedActivity {
        callbacks.forEach { it.onActivityCreated(activity, null) }
        callbacks.forEach { it.onActivityStarted(activity) }
        resume(activity)
        return activity
    }

    /** Brings a second one over it: the lower one stops when the upper one is on the screen. */
    fun cover(below: WatchedActivity): WatchedActivity {
        pause(below)
        return open().also { stop(below) }
    }

    /** Has the user go back from the upper one to the lower. */
    fun uncover(
        above: WatchedActivity,
        below: WatchedActivity,
    ) {
        pause(above)
        callbacks.forEach { it.onActivityStarted(below) }
        resume(below)
        stop(above)
        destroy(above)
    }

    /** Turns the phone. */
    fun recreate(activity: WatchedActivity): WatchedActivity {
        activity.changing = true
        close(activity)
        return open()
    }

    fun close(activity: WatchedActivity) {
        pause(activity)
        stop(activity)
        destroy(activity)
    }

    fun resume(activity: WatchedActivity) = callbacks.forEach { it.onActivityResumed(activity) }

    fun pause(activity: WatchedActivity) = callbacks.forEach { it.onActivityPaused(activity) }

    fun stop(activity: WatchedActivity) = callbacks.forEach { it.onActivityStopped(activity) }

    fun destroy(activity: WatchedActivity) = callbacks.forEach { it.onActivityDestroyed(activity) }
}

/** An activity with a window of the framework's own. */
class WatchedActivity : Activity() {
    var changing = false
    var shownInRecents = true
    private var view: Window? = null
    private var listeners: MutableSet<ScreenCaptureCallback>? = null

    /** What listens for screenshots. */
    val screenshotListeners: Set<ScreenCaptureCallback> get() = listeners.orEmpty()

    /** Touches that came through to the app. */
    var touches = 0

    override fun getWindow(): Window? = view

    override fun dispatchTouchEvent(event: MotionEvent?): Boolean {
        touches++
        return true
    }

    override fun isChangingConfigurations() = changing

    override fun getMainExecutor() = Executor { it.run() }

    override fun setRecentsScreenshotEnabled(enabled: Boolean) {
        shownInRecents = enabled
    }

    /** As `ScreenCaptureCallbackHandler` of the framework, which throws in the same two cases. */
    override fun registerScreenCaptureCallback(
        executor: Executor,
        callback: ScreenCaptureCallback,
    ) {
        check(listeners?.add(callback) == true) { "Capture observer already registered with the activity" }
    }

    override fun unregisterScreenCaptureCallback(callback: ScreenCaptureCallback) {
        check(listeners?.remove(callback) == true) { "Capture observer not registered with the activity" }
    }

    val isSecure get() = requireNotNull(view).attributes.flags and WindowManager.LayoutParams.FLAG_SECURE != 0

    /** What an app does with a window of its own that nobody may take pictures of. */
    fun keepSecret() = requireNotNull(view).addFlags(WindowManager.LayoutParams.FLAG_SECURE)

    fun touch() = requireNotNull(view).callback.dispatchTouchEvent(null)

    fun takeScreenshot() = screenshotListeners.forEach { it.onScreenCaptured() }

    companion object {
        /** Its constructor would ask for a main thread. */
        fun made(): WatchedActivity =
            unmade<WatchedActivity>().apply {
                shownInRecents = true
                listeners = mutableSetOf()
                view =
                    (unmade(bareWindow) as Window).also {
                        it.set(Window::class.java, "mWindowAttributes", unmade<WindowManager.LayoutParams>())
                        it.callback = this
                    }
            }

        /**
         * The framework's abstract window with nothing added: its flags and its callback are its own. The system's subclass
         * starts the half of Android, and one in Kotlin would be sixty methods that nobody calls; a class file need not have them.
         */
        private val bareWindow: Class<*> by lazy {
            val bytes = ByteArrayOutputStream()
            DataOutputStream(bytes).run {
                writeInt(0xCAFEBABE.toInt())
                writeInt(JAVA_8)
                writeShort(5) // One more than constants: two names of classes, and the classes.
                for ((index, name) in listOf("dev/keybound/app/BareWindow", "android/view/Window").withIndex()) {
                    writeByte(1)
                    writeUTF(name)
                    writeByte(7)
                    writeShort(index * 2 + 1)
                }
                writeShort(Modifier.PUBLIC or 0x20)
                for (classOrCount in listOf(2, 4, 0, 0, 0, 0)) writeShort(classOrCount)
            }
            MethodHandles.lookup().defineClass(bytes.toByteArray())
        }

        private const val JAVA_8 = 52

        private fun Any.set(
            owner: Class<*>,
            field: String,
            value: Any,
        ) = owner.getDeclaredField(field).apply { isAccessible = true }.set(this, value)
    }
}
