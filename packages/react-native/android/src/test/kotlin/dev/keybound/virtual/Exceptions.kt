package dev.keybound.virtual

import android.security.KeyStoreException
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.StrongBoxUnavailableException
import android.security.keystore.UserNotAuthenticatedException
import java.security.InvalidAlgorithmParameterException
import java.security.ProviderException

/** Android's own exception for one of the phone, as the framework's provider would throw it. */
internal fun frameworkException(failure: SystemFailure): Exception =
    when (failure.exception) {
        "IllegalStateException" -> IllegalStateException(failure.message)
        "IllegalArgumentException" -> IllegalArgumentException(failure.message)
        "InvalidAlgorithmParameterException" -> InvalidAlgorithmParameterException(failure.message)
        "StrongBoxUnavailableException" -> StrongBoxUnavailableException(failure.message)
        "KeyPermanentlyInvalidatedException" -> KeyPermanentlyInvalidatedException(failure.message)
        "UserNotAuthenticatedException" -> UserNotAuthenticatedException(failure.message)
        else -> ProviderException(failure.message, keyStoreException(failure))
    }

/** As a device without public numbers has it: the number is in the words only. */
internal fun keyStoreException(failure: SystemFailure): KeyStoreException {
    val number = failure.number ?: 4
    return KeyStoreException(number, "${failure.message} (internal Keystore code: $number)")
}

/** Runs a call of the phone with the framework's exceptions. */
internal fun <T> asFramework(work: () -> T): T =
    try {
        work()
    } catch (failure: SystemFailure) {
        throw frameworkException(failure)
    }
