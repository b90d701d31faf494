/// A statement as it is shown: `renderStatement` of @keybound/protocol. Nothing in it comes from anywhere else.
extension StatementText {
  /// All of it as lines of plain text.
  var words: String {
    var lines = [title]
    for (label, value) in rows {
      let shown = StatementText.lines(of: value, mark: decimalMark)
      if shown.count == 1 {
        lines.append("\(label): \(shown[0])")
      } else {
        lines.append("\(label):")
        lines.append(contentsOf: shown.map { "  \($0)" })
      }
    }
    return lines.joined(separator: "\n")
  }

  /// Languages that write a decimal comma. All others get a point; digits are grouped by spaces, so neither misleads.
  private static let commaLanguages = Set(
    "bg ca cs da de el es et fi fr hr hu id is it lt lv nb nl nn no pl pt ro ru sk sl sq sr sv tr uk vi".split(
      separator: " "
    ).map(String.init))

  private var decimalMark: String {
    let base = language.split(separator: "-").first.map(String.init) ?? ""
    return StatementText.commaLanguages.contains(base) ? "," : "."
  }

  private static func lines(of value: FieldValue, mark: String) -> [String] {
    switch value {
    case .amount(let minor, let currency): return [amount(minor, currency, mark)]
    case .payee(let payee): return [payee.name, payee.account]
    case .batch(let total, let currency, let payments):
      return [amount(total, currency, mark)]
        + payments.map { "\(amount($0.minor, currency, mark)) → \($0.payee.name), \($0.payee.account)" }
    case .lines(let lines): return lines
    }
  }

  /// Such as `1 234.56 EUR`, with spaces that do not break.
  private static func amount(_ minor: Int, _ currency: String, _ mark: String) -> String {
    let digits = Currencies.minorDigits(currency) ?? 0
    let plain = String(minor)
    let padded = String(repeating: "0", count: max(0, digits + 1 - plain.count)) + plain
    let whole = padded.dropLast(digits)
    var grouped = ""
    for (index, digit) in whole.enumerated() {
      if index > 0 && (whole.count - index) % 3 == 0 { grouped += "\u{a0}" }
      grouped.append(digit)
    }
    return grouped + (digits == 0 ? "" : mark + padded.suffix(digits)) + "\u{a0}" + currency
  }
}
