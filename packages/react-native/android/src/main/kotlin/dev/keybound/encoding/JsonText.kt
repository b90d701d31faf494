package dev.keybound.encoding

/** A string as ECMAScript's `JSON.stringify` writes it. */
fun jsonText(text: String): String =
    buildString {
        append('"')
        for (character in text) append(escapes[character] ?: unicodeEscape(character) ?: character)
        append('"')
    }

private val escapes =
    mapOf('"' to "\\\"", '\\' to "\\\\", '\b' to "\\b", '\u000c' to "\\f", '\n' to "\\n", '\r' to "\\r", '\t' to "\\t")

private fun unicodeEscape(character: Char): String? = if (character < ' ') "\\u%04x".format(character.code) else null
