package dev.keybound.statements

/** Makes what is shown from the statement alone, line for line as `renderStatement` of `@keybound/protocol` does. */
object StatementRenderer {
    /** Languages that write a decimal comma. All others get a point; digits are grouped by spaces, so neither misleads. */
    private val commaLanguages =
        "bg ca cs da de el es et fi fr hr hu id is it lt lv nb nl nn no pl pt ro ru sk sl sq sr sv tr uk vi".split(' ').toSet()

    private const val NO_BREAK_SPACE = '\u00a0'

    /** The rows as lines of plain text, without the title. */
    fun body(statement: Statement): String {
        val mark = if (statement.language.substringBefore('-') in commaLanguages) ',' else '.'
        return statement.rows
            .flatMap { row ->
                val lines = linesOf(row.value, mark)
                if (lines.size == 1) listOf("${row.label}: ${lines[0]}") else listOf("${row.label}:") + lines.map { "  $it" }
            }.joinToString("\n")
    }

    private fun linesOf(
        value: Statement.Value,
        mark: Char,
    ): List<String> =
        when (value) {
            is Statement.Amount -> listOf(format(value, mark))
            is Statement.Payee -> listOf(value.name, value.account)
            is Statement.Batch ->
                listOf(format(value.total, mark)) +
                    value.parts.map { (payee, amount) -> "${format(amount, mark)} → ${payee.name}, ${payee.account}" }
            is Statement.Lines -> value.lines
        }

    private fun format(
        amount: Statement.Amount,
        mark: Char,
    ): String {
        val digits = Currencies.minorDigits(amount.currency) ?: 0
        val padded = amount.minor.toString().padStart(digits + 1, '0')
        val whole =
            padded
                .dropLast(digits)
                .reversed()
                .chunked(3)
                .joinToString("$NO_BREAK_SPACE")
                .reversed()
        val fraction = if (digits == 0) "" else mark + padded.takeLast(digits)
        return "$whole$fraction$NO_BREAK_SPACE${amount.currency}"
    }
}
