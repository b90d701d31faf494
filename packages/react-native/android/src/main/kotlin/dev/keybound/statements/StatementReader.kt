package dev.keybound.statements

import dev.keybound.failure.invalidArgument

private typealias Members = Map<String, Any>

/**
 * Reads the canonical text of a statement (docs/transactions.md), so that what is shown and hashed here needs no word of
 * JavaScript. Refuses with `invalidArgument` another spelling, another shape, a row twice or missing, sums that do not add
 * up, text that hides or turns. Which writing systems may stand in one word is the server's rule.
 */
object StatementReader {
    private const val LONGEST = 32_768
    private const val MOST_LINES = 40
    private const val MOST_PAYEES = 100

    fun read(text: String): Statement =
        try {
            if (text.length > LONGEST) throw NotCanonical()
            statementOf(objectOf(JsonReader(text).read(), "expiresAt", "fields", "id", "type", "version", "view"))
        } catch (_: NotCanonical) {
            throw invalidArgument("Unexpected statement, expected one in its canonical form.")
        }

    private fun statementOf(members: Members): Statement {
        if (members["version"] != 1L) throw NotCanonical()
        val fields = members["fields"] as? Map<*, *> ?: throw NotCanonical()
        val view = objectOf(members["view"], "language", "rows", "title")
        val rows = (view["rows"] as? List<*>).orEmpty().map { objectOf(it, "field", "label") }
        // Every field is shown once: nothing hidden is signed, nothing unsigned is shown (attack E06).
        if (fields.isEmpty() || rows.size != fields.size || rows.map { it["field"] }.toSet() != fields.keys) throw NotCanonical()
        return Statement(
            textOf(view["language"]),
            textOf(view["title"]),
            rows.map { Statement.Row(textOf(it["label"]), valueOf(fields[it["field"]])) },
        )
    }

    private fun valueOf(value: Any?): Statement.Value =
        when ((value as? Map<*, *>)?.get("kind")) {
            "amount" -> amountOf(objectOf(value, "currency", "kind", "minor"))
            "payee" -> payeeOf(objectOf(value, "account", "kind", "name"))
            "batch" -> batchOf(objectOf(value, "currency", "kind", "payees", "total"))
            "line", "code" -> Statement.Lines(listOf(textOf(objectOf(value, "kind", "text")["text"])))
            "lines" -> Statement.Lines(listOf(objectOf(value, "kind", "lines")["lines"], MOST_LINES).map(::textOf))
            else -> throw NotCanonical()
        }

    private fun amountOf(members: Members) = Statement.Amount(currencyOf(members["currency"]), minorOf(members["minor"]))

    private fun payeeOf(members: Members) = Statement.Payee(textOf(members["name"]), textOf(members["account"]))

    private fun batchOf(members: Members): Statement.Batch {
        val currency = currencyOf(members["currency"])
        val parts =
            listOf(members["payees"], MOST_PAYEES)
                .map { objectOf(it, "account", "minor", "name") }
                .map { payeeOf(it) to Statement.Amount(currency, minorOf(it["minor"])) }
        val total = minorOf(members["total"])
        if (parts.sumOf { it.second.minor } != total) throw NotCanonical()
        if (parts.map { it.first.account }.toSet().size != parts.size) throw NotCanonical()
        return Statement.Batch(Statement.Amount(currency, total), parts)
    }

    /** Exactly these members. */
    private fun objectOf(
        value: Any?,
        vararg names: String,
    ): Members {
        val members = value as? Map<*, *> ?: throw NotCanonical()
        if (members.keys != names.toSet()) throw NotCanonical()
        return members.entries.associate { (name, member) -> name as String to (member ?: throw NotCanonical()) }
    }

    private fun listOf(
        value: Any?,
        most: Int,
    ): List<Any?> = (value as? List<*>)?.takeIf { it.size in 1..most } ?: throw NotCanonical()

    private fun textOf(value: Any?): String = (value as? String)?.takeIf { it.isNotEmpty() } ?: throw NotCanonical()

    private fun currencyOf(value: Any?): String = textOf(value).also { Currencies.minorDigits(it) ?: throw NotCanonical() }

    private fun minorOf(value: Any?): Long = (value as? Long)?.takeIf { it > 0 } ?: throw NotCanonical()
}
