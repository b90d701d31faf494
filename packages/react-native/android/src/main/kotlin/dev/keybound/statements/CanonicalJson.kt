package dev.keybound.statements

import dev.keybound.encoding.jsonText
import java.text.Normalizer

/** The one text of a value (RFC 8785). Throws [NotCanonical] for text that is not NFC or holds what is not seen. */
internal fun writeCanonical(value: Any): String =
    when (value) {
        is String -> jsonText(visible(value))
        is Map<*, *> ->
            // Kotlin, like ECMAScript, orders text by UTF-16 code units (§3.2.3).
            value.entries
                .map { (name, member) -> name as String to member }
                .sortedBy { it.first }
                .joinToString(
                    ",",
                    "{",
                    "}",
                ) { (name, member) -> "${writeCanonical(name)}:${writeCanonical(member ?: throw NotCanonical())}" }
        is List<*> -> value.joinToString(",", "[", "]") { writeCanonical(it ?: throw NotCanonical()) }
        else -> value.toString()
    }

private fun visible(text: String): String {
    if (text.codePoints().anyMatch(::isUnseen) || !Normalizer.isNormalized(text, Normalizer.Form.NFC)) throw NotCanonical()
    return text
}

/** Not seen, or changes how others are seen: control, format (bidirectional overrides among them), other spaces, fillers. */
private fun isUnseen(character: Int): Boolean =
    Character.getType(character).toByte() in unseenTypes ||
        (Character.getType(character).toByte() == Character.SPACE_SEPARATOR && character != ' '.code) ||
        ignorable.any { character in it }

private val unseenTypes =
    setOf(
        Character.CONTROL,
        Character.FORMAT,
        Character.SURROGATE,
        Character.PRIVATE_USE,
        Character.UNASSIGNED,
        Character.LINE_SEPARATOR,
        Character.PARAGRAPH_SEPARATOR,
    )

/** Default_Ignorable_Code_Point (UAX #44) that are not of the types above, and the Braille pattern without dots. */
private val ignorable =
    listOf(
        0x034F..0x034F,
        0x115F..0x1160,
        0x17B4..0x17B5,
        0x180B..0x180F,
        0x2800..0x2800,
        0x3164..0x3164,
        0xFE00..0xFE0F,
        0xFFA0..0xFFA0,
        0xE0100..0xE01EF,
    )
