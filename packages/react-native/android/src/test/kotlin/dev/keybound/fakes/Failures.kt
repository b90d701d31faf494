package dev.keybound.fakes

import dev.keybound.failure.FailureCode
import dev.keybound.failure.HardwareFailure
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows

/** The failure that work must end with. */
fun failing(
    code: FailureCode,
    work: () -> Unit,
): HardwareFailure = assertThrows(HardwareFailure::class.java) { work() }.also { assertEquals(code, it.code, it.message) }

/** The failure that a call settled with. */
fun Result<*>.failure(): HardwareFailure = exceptionOrNull() as? HardwareFailure ?: error("Unexpected success, expected a failure.")
