package dev.keybound.app

import android.app.Activity
import android.view.WindowManager

private const val SECURE = WindowManager.LayoutParams.FLAG_SECURE

/**
 * Keeps windows out of the task switcher and of screenshots, and takes back what it set and no more: an app may keep some
 * of its windows secret at all times.
 */
internal class ScreenCover(
    private val apiLevel: Int,
) {
    /** Whether each activity was secure before it was covered; until it is uncovered or destroyed. */
    private val secureBefore = HashMap<Activity, Boolean>()

    fun cover(activity: Activity) {
        secureBefore.getOrPut(activity) { activity.window.attributes.flags and SECURE != 0 }
        activity.window.addFlags(SECURE)
        if (apiLevel >= 33) RecentsApi33.showInRecents(activity, false)
    }

    fun uncoverAll() {
        for ((activity, secure) in secureBefore) {
            if (!secure) activity.window.clearFlags(SECURE)
            if (apiLevel >= 33) RecentsApi33.showInRecents(activity, true)
        }
        secureBefore.clear()
    }

    fun forget(activity: Activity) {
        secureBefore.remove(activity)
    }
}

/** Calls that need API 33. */
internal object RecentsApi33 {
    fun showInRecents(
        activity: Activity,
        shown: Boolean,
    ) = activity.setRecentsScreenshotEnabled(shown)
}
