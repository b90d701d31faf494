package dev.keybound.app

/** What the activity of the app came to. */
enum class AppState {
    RESUMED,
    PAUSED,
    STOPPED,
    DESTROYED,
}
