package dev.keybound.statements

import dev.keybound.encoding.bytesOf
import dev.keybound.encoding.toBase64Url
import dev.keybound.failure.FailureCode
import dev.keybound.fakes.failing
import org.json.JSONArray
import org.json.JSONObject
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.File

/** Against what TypeScript makes of the vectors of docs/transactions.md and more: the lane writes it (scripts/native/statements.ts). */
class StatementVectorsTest {
    private val vectors = JSONObject(File(System.getProperty("keybound.vectors"), "statements.json").readText())

    private fun objects(list: JSONArray) = (0 until list.length()).map(list::getJSONObject)

    private fun wordsOf(text: String) = StatementReader.read(text).run { "$title\n${StatementRenderer.body(this)}" }

    @Test
    fun `challenges and words are those of TypeScript`() {
        val good = objects(vectors.getJSONArray("good"))
        assertTrue(good.size > 1)
        for (vector in good) {
            val text = vector.getString("statement")
            val nonce = bytesOf(vector.getString("nonce"))
            val request =
                StatementRequest("a", vector.getString("realm"), vector.getString("account"), nonce, text, "", ByteArray(0), "")
            assertEquals(vector.getString("challenge"), StatementChallenge.of(request).toBase64Url())
            assertEquals(vector.getString("words"), wordsOf(text))
        }
    }

    @Test
    fun `amounts of every currency read as in TypeScript, in every language`() {
        val texts = objects(vectors.getJSONArray("texts"))
        assertTrue(texts.size > 300)
        for (text in texts) assertEquals(text.getString("words"), wordsOf(text.getString("statement")))
        for (code in listOf("XXX", "XAU", "eur", "", "EURO")) assertNull(Currencies.minorDigits(code))
    }

    @Test
    fun `refuses what TypeScript refuses`() {
        val bad = vectors.getJSONArray("bad")
        assertTrue(bad.length() > 30)
        for (index in 0 until bad.length()) failing(FailureCode.INVALID_ARGUMENT) { StatementReader.read(bad.getString(index)) }
    }
}
