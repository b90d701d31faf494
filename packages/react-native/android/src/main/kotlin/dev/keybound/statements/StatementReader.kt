package dev.keybound.statements

import dev.keybound.failure.invalidArgument

private typealias Members = Map<String, Any>

/**
 * Reads the canonical text of a statement (docs/transactions.md), so that what is shown and hashed here needs no word of
 * JavaScript. Refuses with `invalidArgument` what `parseStatement` of `@keybound/protocol` refuses: nothing is signed here
 * that the app's own code would not show.
 */
object StatementReader {
    private const val LONGEST = 32_768
    private const val MOST_LINES = 40
    private const val MOST_PAYEES = 100
    private const val MOST_FIELDS = 20
    private const val LONGEST_LABEL = 70
    private const val LONGEST_LINE = 140
    private const val LONGEST_NAME = 70

    private val ids = Regex("[A-Za-z0-9_-]{21}[AQgw]")
    private val types = Regex("[a-z0-9.-]{1,32}")
    private val fieldNames = Regex("[a-z][A-Za-z0-9]{0,31}")
    private val languages = Regex("[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
    private val accounts = Regex("[A-Z0-9][A-Z0-9-]{3,63}")

    fun read(text: String): Statement =
        try {
            if (text.length > LONGEST) throw NotCanonical()
            statementOf(objectOf(JsonReader(text).read(), "expiresAt", "fields", "id", "type", "version", "view"))
        } catch (_: NotCanonical) {
            throw invalidArgument("Unexpected statement, expected one in its canonical form.")
        }

    private fun statementOf(members: Members): Statement {
        if (members["version"] != 1L || (members["expiresAt"] as? Long ?: -1) < 0) throw NotCanonical()
        textOf(members["id"], ids)
        textOf(members["type"], types)
        val fields = members["fields"] as? Map<*, *> ?: throw NotCanonical()
        if (fields.size !in 1..MOST_FIELDS || !fields.keys.all { fieldNames.matches(it as String) }) throw NotCanonical()
        val view = objectOf(members["view"], "language", "rows", "title")
        val rows = (view["rows"] as? List<*>).orEmpty().map { objectOf(it, "field", "label") }
        // Every field is shown once: nothing hidden is signed, nothing unsigned is shown (attack E06).
        if (rows.size != fields.size || rows.map { it["field"] }.toSet() != fields.keys) throw NotCanonical()
        return Statement(
            textOf(view["language"], languages),
            StatementProse.prose(view["title"], LONGEST_LABEL),
            rows.map { Statement.Row(StatementProse.prose(it["label"], LONGEST_LABEL), valueOf(fields[it["field"]])) },
        )
    }

    private fun valueOf(value: Any?): Statement.Value =
        when ((value as? Map<*, *>)?.get("kind")) {
            "amount" -> amountOf(objectOf(value, "currency", "kind", "minor"))
            "payee" -> payeeOf(objectOf(value, "account", "kind", "name"))
            "batch" -> batchOf(objectOf(value, "currency", "kind", "payees", "total"))
            "line" -> Statement.Lines(listOf(lineOf(objectOf(value, "kind", "text")["text"])))
            "code" -> Statement.Lines(listOf(StatementProse.code(objectOf(value, "kind", "text")["text"])))
            "lines" -> Statement.Lines(listOf(objectOf(value, "kind", "lines")["lines"], MOST_LINES).map(::lineOf))
            else -> throw NotCanonical()
        }

    private fun amountOf(members: Members) = Statement.Amount(currencyOf(members["currency"]), minorOf(members["minor"]))

    private fun payeeOf(members: Members) =
        Statement.Payee(StatementProse.prose(members["name"], LONGEST_NAME), textOf(members["account"], accounts))

    private fun lineOf(value: Any?) = StatementProse.prose(value, LONGEST_LINE)

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

    private fun textOf(
        value: Any?,
        form: Regex,
    ): String = (value as? String)?.takeIf(form::matches) ?: throw NotCanonical()

    private fun currencyOf(value: Any?): String = (value as? String)?.takeIf { Currencies.minorDigits(it) != null } ?: throw NotCanonical()

    private fun minorOf(value: Any?): Long = (value as? Long)?.takeIf { it > 0 } ?: throw NotCanonical()
}
