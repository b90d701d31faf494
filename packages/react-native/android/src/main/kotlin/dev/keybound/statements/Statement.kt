package dev.keybound.statements

/** A statement as it is shown: title, and one row for each field. */
class Statement(
    val language: String,
    val title: String,
    val rows: List<Row>,
) {
    /** One field with its label. */
    class Row(
        val label: String,
        val value: Value,
    )

    /** What a field says. */
    sealed interface Value

    /** A sum of money in minor units. */
    class Amount(
        val currency: String,
        val minor: Long,
    ) : Value

    /** Who gets the money. */
    class Payee(
        val name: String,
        val account: String,
    ) : Value

    /** Several payments and their total. */
    class Batch(
        val total: Amount,
        val parts: List<Pair<Payee, Amount>>,
    ) : Value

    /** Lines of prose, or one code. */
    class Lines(
        val lines: List<String>,
    ) : Value
}
