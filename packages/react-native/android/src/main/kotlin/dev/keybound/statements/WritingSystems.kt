package dev.keybound.statements

import java.lang.Character.UnicodeScript

/**
 * Which writing systems one word may mix (UTS #39 §5.2 "highly restrictive"): letters of others are how look-alikes are
 * made, a Cyrillic а in a Latin name.
 */
internal object WritingSystems {
    private val alone =
        "CYRILLIC GREEK ARABIC HEBREW ARMENIAN GEORGIAN ETHIOPIC THAI LAO KHMER MYANMAR TIBETAN SINHALA DEVANAGARI BENGALI " +
            "GURMUKHI GUJARATI ORIYA TAMIL TELUGU KANNADA MALAYALAM MONGOLIAN THAANA"

    private val together =
        (listOf("LATIN HAN HIRAGANA KATAKANA", "LATIN HAN BOPOMOFO", "LATIN HAN HANGUL") + alone.split(' ')).map(::scripts)

    /** Letters that several systems share (Script_Extensions, UAX #24), which Java has no property for. */
    private val shared =
        listOf(
            0x02BC..0x02BC to "LATIN CYRILLIC THAI DEVANAGARI BENGALI",
            0x02C7..0x02C7 to "LATIN BOPOMOFO",
            0x02C9..0x02CB to "LATIN BOPOMOFO",
            0x02CD..0x02CD to "LATIN",
            0x0374..0x0374 to "GREEK",
            0x0640..0x0640 to "ARABIC",
            0x1CE9..0x1CF6 to "DEVANAGARI",
            0x1CEA..0x1CEA to "BENGALI",
            0x1CF2..0x1CF2 to "SINHALA BENGALI ORIYA TELUGU KANNADA MALAYALAM",
            0x1CF5..0x1CF6 to "BENGALI",
            0x3006..0x3006 to "HAN",
            0x3031..0x3035 to "HIRAGANA KATAKANA",
            0x303C..0x303C to "HAN HIRAGANA KATAKANA",
            0x30FC..0x30FC to "HIRAGANA KATAKANA",
            0xA8F3..0xA8F3 to "TAMIL",
            0xFDF2..0xFDF2 to "THAANA",
            0xFF70..0xFF70 to "HIRAGANA KATAKANA",
            0xFF9E..0xFF9F to "HIRAGANA KATAKANA",
        ).map { (letters, names) -> letters to scripts(names) }

    /** Whether the letters of a word are of one system, or of systems that are written together. */
    fun isOfOne(word: String): Boolean {
        val letters = word.codePoints().toArray().filter(Character::isLetter)
        return together.any { group -> letters.all { letter -> systemsOf(letter).any { it in group } } }
    }

    private fun systemsOf(letter: Int): Set<UnicodeScript> =
        shared.filter { letter in it.first }.flatMap { it.second }.toSet() + UnicodeScript.of(letter)

    private fun scripts(names: String): Set<UnicodeScript> = names.split(' ').map(UnicodeScript::valueOf).toSet()
}
