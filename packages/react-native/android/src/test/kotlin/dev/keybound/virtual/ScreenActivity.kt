package dev.keybound.virtual

import androidx.fragment.app.FragmentActivity
import androidx.fragment.app.FragmentManager
import androidx.lifecycle.Lifecycle

/** An activity of which only its place on the screen matters; made by [unmade]. */
class ScreenActivity : FragmentActivity() {
    var state: Lifecycle.State? = null
    var saved = false

    override fun getLifecycle(): Lifecycle =
        object : Lifecycle() {
            override fun getCurrentState() = state ?: State.RESUMED
        }

    override fun getSupportFragmentManager(): FragmentManager =
        object : FragmentManager() {
            override fun isStateSaved() = saved
        }
}
