package dev.keybound.fakes

/** A main thread and its timer that move only when a test says so. */
class ManualTime {
    private class Planned(
        val at: Long,
        val work: () -> Unit,
    )

    private val planned = mutableListOf<Planned>()
    private var now = 0L

    /** Runs at once: tests are the main thread. */
    fun onMain(work: () -> Unit) = work()

    fun later(
        delay: Long,
        work: () -> Unit,
    ) {
        planned.add(Planned(now + delay, work))
    }

    fun advance(milliseconds: Long) {
        now += milliseconds
        val due = planned.filter { it.at <= now }
        planned.removeAll(due)
        due.sortedBy { it.at }.forEach { it.work() }
    }
}
