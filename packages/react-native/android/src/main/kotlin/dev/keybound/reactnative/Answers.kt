package dev.keybound.reactnative

import com.facebook.react.bridge.Arguments
import com.facebook.react.bridge.Promise
import com.facebook.react.bridge.WritableArray
import com.facebook.react.bridge.WritableMap
import dev.keybound.app.Settle
import dev.keybound.encoding.toBase64Url
import dev.keybound.failure.FailureCode
import dev.keybound.failure.HardwareFailure

/** Settles a promise with a value, written as JavaScript reads it. */
internal fun <T> Promise.settling(write: (T) -> Any?): Settle<T> = { result -> result.fold({ resolve(write(it)) }, ::fail) }

/** Bytes as base64url. */
internal val Promise.bytes: Settle<ByteArray> get() = settling { it.toBase64Url() }

/** Text, as it is. */
internal val Promise.text: Settle<String> get() = settling { it }

/** Nothing. */
internal val Promise.nothing: Settle<Unit> get() = settling { null }

/** A list of texts. */
internal val Promise.texts: Settle<List<String>> get() = settling { listOfTexts(it) }

/** An object of texts. */
internal fun objectOf(vararg members: Pair<String, String>): WritableMap =
    Arguments.createMap().apply { for ((name, value) in members) putString(name, value) }

/** A list of texts. */
internal fun listOfTexts(items: List<String>): WritableArray = Arguments.createArray().apply { items.forEach(::pushString) }

private fun Promise.fail(error: Throwable) {
    val failure = error as? HardwareFailure
    val details = Arguments.createMap().apply { failure?.nativeCode?.let { putInt("nativeCode", it) } }
    reject((failure?.code ?: FailureCode.INTERNAL).wire, error.message, error, details)
}
