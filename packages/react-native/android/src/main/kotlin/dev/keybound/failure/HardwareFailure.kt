package dev.keybound.failure

/** The one exception that leaves the hardware. */
class HardwareFailure(
    val code: FailureCode,
    message: String,
    /** The system's own number, where it gave one. */
    val nativeCode: Int? = null,
    cause: Throwable? = null,
) : Exception(message, cause)

/** The refusal of something the caller should not have asked. */
fun invalidArgument(message: String): HardwareFailure = HardwareFailure(FailureCode.INVALID_ARGUMENT, message)
