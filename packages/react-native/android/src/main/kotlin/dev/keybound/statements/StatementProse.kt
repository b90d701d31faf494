package dev.keybound.statements

import java.text.Normalizer

/** Which text a statement may show: `checkText` and `checkCode` of `@keybound/protocol`. Throws [NotCanonical]. */
internal object StatementProse {
    private val code = Regex("[\\x21-\\x7e]{1,140}")

    /** Compatibility characters that are read as what they are. */
    private val plainEnough = Regex("[…№™]")

    /** Prose of 1 to `most` code units; that it holds nothing unseen was checked when it was read. */
    fun prose(
        value: Any?,
        most: Int,
    ): String {
        val text = value as? String ?: throw NotCanonical()
        if (text.length !in 1..most || text.startsWith(' ') || text.endsWith(' ') || "  " in text) throw NotCanonical()
        if (!Normalizer.isNormalized(plainEnough.replace(text, ""), Normalizer.Form.NFKC)) throw NotCanonical()
        if (text.codePoints().anyMatch { isNumber(it) && it !in '0'.code..'9'.code } || hasStrayMark(text)) throw NotCanonical()
        if (!text.split(' ').all(WritingSystems::isOfOne)) throw NotCanonical()
        return text
    }

    /** Visible ASCII without space. */
    fun code(value: Any?): String = (value as? String)?.takeIf(code::matches) ?: throw NotCanonical()

    private fun isNumber(character: Int) =
        when (Character.getType(character).toByte()) {
            Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true
            else -> false
        }

    private fun isMark(character: Int) =
        when (Character.getType(character).toByte()) {
            Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK -> true
            else -> false
        }

    /** Three marks in a row, or one that stands above nothing: at the start of a word. */
    private fun hasStrayMark(text: String): Boolean {
        var room = 0
        for (character in text.codePoints().toArray()) {
            if (!isMark(character)) {
                room = if (character == ' '.code) 0 else 2
            } else if (room-- == 0) {
                return true
            }
        }
        return false
    }
}
