package dev.keybound.app

import dev.keybound.failure.FailureCode
import dev.keybound.failure.HardwareFailure
import java.util.concurrent.Executor
import java.util.concurrent.RejectedExecutionException

/** How a call answers: once, with a value or a [HardwareFailure]. */
typealias Settle<T> = (Result<T>) -> Unit

/** Runs work off the main thread, and turns whatever it throws into a failure that JavaScript can read. */
class Worker(
    private val executor: Executor,
) {
    /** Settles with what `work` returns or throws. */
    fun <T> answer(
        settle: Settle<T>,
        work: () -> T,
    ) = attempt(settle) { settle(Result.success(work())) }

    /** Settles only if `work` throws: it settles by itself otherwise. */
    fun <T> attempt(
        settle: Settle<T>,
        work: () -> Unit,
    ) {
        try {
            executor.execute {
                try {
                    work()
                } catch (error: Exception) {
                    settle(Result.failure(failureOf(error)))
                }
            }
        } catch (_: RejectedExecutionException) {
            settle(Result.failure(HardwareFailure(FailureCode.SYSTEM_CANCELED, "The app is shutting down.")))
        }
    }

    private fun failureOf(error: Exception): HardwareFailure =
        error as? HardwareFailure
            ?: HardwareFailure(FailureCode.INTERNAL, "${error.javaClass.simpleName}: ${error.message}", cause = error)
}
