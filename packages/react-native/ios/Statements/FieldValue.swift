import Foundation

/// One value of a statement, with the rules of its kind: `field-values.ts` of @keybound/protocol.
enum FieldValue: Equatable {
  case amount(minor: Int, currency: String)
  case payee(Payee)
  case batch(total: Int, currency: String, payments: [Payment])
  case lines([String])

  struct Payee: Equatable {
    let account: String
    let name: String
  }

  struct Payment: Equatable {
    let payee: Payee
    let minor: Int
  }

  init(_ value: CanonicalValue) throws {
    guard case .object(let members) = value,
      case .text(let kind)? = members.first(where: { $0.name == "kind" })?.value
    else { throw StatementText.malformed }
    var reader = StatementMembers(members)
    _ = try reader.text("kind")
    switch kind {
    case "amount":
      self = .amount(minor: try FieldValue.minor(&reader, "minor"), currency: try FieldValue.currency(&reader))
    case "payee": self = .payee(try FieldValue.payee(&reader))
    case "batch": self = try FieldValue.batch(&reader)
    case "line": self = .lines([try FieldValue.prose(try reader.text("text"), most: 140)])
    case "lines":
      let lines = try FieldValue.bounded(try reader.list("lines"), most: 40)
      self = .lines(try lines.map { try FieldValue.prose(StatementMembers.text($0), most: 140) })
    case "code":
      let text = try reader.text("text")
      guard UnicodeProfile.isCode(text) else { throw StatementText.malformed }
      self = .lines([text])
    default: throw StatementText.malformed
    }
    try reader.end()
  }

  private static func batch(_ reader: inout StatementMembers) throws -> FieldValue {
    let payments = try bounded(try reader.list("payees"), most: 100).map { item in
      guard case .object(let members) = item else { throw StatementText.malformed }
      var payment = StatementMembers(members)
      let read = Payment(payee: try payee(&payment), minor: try minor(&payment, "minor"))
      try payment.end()
      return read
    }
    guard Set(payments.map(\.payee.account)).count == payments.count else { throw StatementText.malformed }
    let total = try minor(&reader, "total")
    // A hundred numbers below 2^53 stay below 2^63.
    guard payments.reduce(0, { $0 + $1.minor }) == total else { throw StatementText.malformed }
    return .batch(total: total, currency: try currency(&reader), payments: payments)
  }

  private static func payee(_ reader: inout StatementMembers) throws -> Payee {
    let account = try reader.text("account")
    guard (4...64).contains(account.utf8.count), account.utf8.first != 0x2d,
      account.utf8.allSatisfy({ (0x41...0x5a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d })
    else { throw StatementText.malformed }
    return Payee(account: account, name: try prose(try reader.text("name"), most: 70))
  }

  private static func minor(_ reader: inout StatementMembers, _ name: String) throws -> Int {
    let minor = try reader.whole(name)
    guard minor > 0 else { throw StatementText.malformed }
    return minor
  }

  private static func currency(_ reader: inout StatementMembers) throws -> String {
    let currency = try reader.text("currency")
    guard Currencies.minorDigits(currency) != nil else { throw StatementText.malformed }
    return currency
  }

  static func prose(_ text: String, most: Int) throws -> String {
    guard UnicodeProfile.isProse(text, most: most) else { throw StatementText.malformed }
    return text
  }

  private static func bounded(_ list: [CanonicalValue], most: Int) throws -> [CanonicalValue] {
    guard (1...most).contains(list.count) else { throw StatementText.malformed }
    return list
  }
}
