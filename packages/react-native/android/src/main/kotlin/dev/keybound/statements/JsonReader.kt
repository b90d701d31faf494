package dev.keybound.statements

/**
 * Reads JSON of the canonical profile (RFC 8785; text, whole numbers, lists, objects), and accepts nothing that
 * [writeCanonical] would write otherwise: one meaning, one text.
 */
internal class JsonReader(
    private val text: String,
) {
    private var at = 0

    /** Throws [NotCanonical]. */
    fun read(): Any {
        val value = value(0)
        if (at != text.length || writeCanonical(value) != text) throw NotCanonical()
        return value
    }

    private fun value(depth: Int): Any {
        if (depth > DEEPEST) throw NotCanonical()
        return when (peek()) {
            '"' -> string()
            '{' -> members(depth)
            '[' -> items(depth)
            else -> number()
        }
    }

    private fun members(depth: Int): Map<String, Any> {
        val members = LinkedHashMap<String, Any>()
        at++
        if (peek() != '}') {
            do {
                val name = string()
                expect(':')
                if (members.put(name, value(depth + 1)) != null) throw NotCanonical()
            } while (accept(','))
        }
        expect('}')
        return members
    }

    private fun items(depth: Int): List<Any> {
        val items = ArrayList<Any>()
        at++
        if (peek() != ']') {
            do items.add(value(depth + 1)) while (accept(','))
        }
        expect(']')
        return items
    }

    private fun string(): String {
        expect('"')
        val read = StringBuilder()
        while (peek() != '"') read.append(if (peek() == '\\') escaped() else text[at++])
        at++
        return read.toString()
    }

    /** The two that visible text can need; control characters are in no statement. */
    private fun escaped(): Char {
        at++
        val character = peek()
        if (character != '"' && character != '\\') throw NotCanonical()
        at++
        return character
    }

    private fun number(): Long {
        val start = at
        while (at < text.length && (text[at].isAsciiDigit() || text[at] == '-')) at++
        val number = text.substring(start, at).toLongOrNull() ?: throw NotCanonical()
        if (number !in -SAFEST..SAFEST) throw NotCanonical()
        return number
    }

    private fun Char.isAsciiDigit() = this in '0'..'9'

    private fun peek(): Char = text.getOrNull(at) ?: throw NotCanonical()

    private fun accept(character: Char): Boolean = (peek() == character).also { if (it) at++ }

    private fun expect(character: Char) {
        if (!accept(character)) throw NotCanonical()
    }

    private companion object {
        const val DEEPEST = 8

        /** 2^53 − 1: what a double holds exactly (RFC 7493 §2.2). */
        const val SAFEST = 9_007_199_254_740_991L
    }
}

/** A text that is not the canonical one of any value. */
internal class NotCanonical : Exception()
