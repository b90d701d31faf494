package dev.keybound.app

/** Tells JavaScript what happens to the app, once each. Called on the main thread. */
class LifecycleEvents(
    /** Milliseconds of a clock that only goes forward. */
    private val clock: () -> Long,
    private val emit: (String) -> Unit,
) {
    private var last = ""
    private var lastActivity = -QUIET_MILLISECONDS

    fun onAppState(state: AppState) {
        val event =
            when (state) {
                AppState.RESUMED -> "active"
                AppState.PAUSED -> "inactive"
                AppState.STOPPED, AppState.DESTROYED -> "background"
            }
        // Made anew after a rotation, an activity pauses and resumes: what was said last need not be said again.
        if (event == last) return
        last = event
        emit(event)
    }

    /** Somebody touched or typed: told at most once a second. */
    fun onActivity() {
        val now = clock()
        if (now - lastActivity < QUIET_MILLISECONDS) return
        lastActivity = now
        emit("activity")
    }

    fun onScreenshot() = emit("screenshot")

    private companion object {
        const val QUIET_MILLISECONDS = 1_000L
    }
}
