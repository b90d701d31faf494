package dev.keybound.reactnative

import com.facebook.react.bridge.ReadableMap
import dev.keybound.encoding.bytesOf
import dev.keybound.failure.invalidArgument
import dev.keybound.keys.KeyRequest
import dev.keybound.keys.KeyRole
import dev.keybound.keys.StrongBox
import dev.keybound.network.HttpRequest
import dev.keybound.prompt.PromptWords
import dev.keybound.statements.StatementRequest
import dev.keybound.vault.SealedPair
import dev.keybound.vault.WrappedKey

/** Objects of JavaScript as the classes of the hardware. Each refuses with `invalidArgument` what does not fit. */
internal fun keyRequestOf(map: ReadableMap) =
    KeyRequest(
        alias = map.text("alias"),
        role = KeyRole.of(map.text("role")),
        currentSet =
            when (map.text("enrolment")) {
                "currentSet" -> true
                "anyEnrolled" -> false
                else -> throw invalidArgument("Unexpected enrolment, expected currentSet or anyEnrolled.")
            },
        strongBox = StrongBox.of(map.text("strongBox")),
        allowSoftware = map.getBoolean("allowSoftware"),
        challenge = bytesOf(map.text("attestationChallenge")),
    )

internal fun wordsOf(map: ReadableMap) = PromptWords(map.text("title"), map.text("subtitle"), map.text("description"), map.text("cancel"))

internal fun statementRequestOf(map: ReadableMap) =
    StatementRequest(
        alias = map.text("alias"),
        realm = map.text("realm"),
        account = map.text("account"),
        nonce = bytesOf(map.text("nonce")),
        statement = map.text("statement"),
        origin = map.text("origin"),
        authenticatorData = bytesOf(map.text("authenticatorData")),
        cancel = map.text("cancel"),
    )

internal fun sealedPairOf(map: ReadableMap) = SealedPair(bytesOf(map.text("publicKey")), bytesOf(map.text("sealed")))

internal fun wrappedKeyOf(map: ReadableMap) = WrappedKey(bytesOf(map.text("epk")), bytesOf(map.text("wrapped")))

internal fun httpRequestOf(
    map: ReadableMap,
    development: Boolean,
): HttpRequest {
    val headers = map.getArray("headers") ?: throw invalidArgument("Unexpected request, expected a list of headers.")
    return HttpRequest(
        method = map.text("method"),
        url = map.text("url"),
        headers =
            (0 until headers.size()).map { index ->
                val header = headers.getMap(index) ?: throw invalidArgument("Unexpected header, expected an object.")
                header.text("name") to header.text("value")
            },
        body = bytesOf(map.text("body")),
        timeout = wholeOf(map.getDouble("timeout")),
        maxBytes = wholeOf(map.getDouble("maxBytes")),
        development = development,
    )
}

/** Numbers cross as doubles: refuses with `invalidArgument` what is not whole, or not to be counted with. */
internal fun wholeOf(number: Double): Int {
    if (number != Math.rint(number) ||
        number !in 0.0..Int.MAX_VALUE.toDouble()
    ) {
        throw invalidArgument("Unexpected number, expected a whole one.")
    }
    return number.toInt()
}

private fun ReadableMap.text(name: String): String =
    getString(name) ?: throw invalidArgument("Unexpected absence of \"$name\", expected text.")
