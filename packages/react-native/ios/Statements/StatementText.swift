import Foundation

/// A statement (docs/transactions.md), as far as it is shown. Reading it holds to every rule of `parseStatement` in
/// @keybound/protocol, so that nothing is signed here that the app's own code would refuse to show.
struct StatementText {
  static let malformed = HardwareError(
    .invalidArgument,
    "Unexpected statement, expected one in its canonical form. Do not show or sign it; fetch it again.")

  private static let longest = 32_768
  private static let longestLabel = 70
  private static let mostFields = 20

  let language: String
  let title: String
  let rows: [(label: String, value: FieldValue)]

  init(reading text: String) throws {
    guard text.utf16.count <= StatementText.longest, case .object(let members) = try CanonicalReader.read(text) else {
      throw StatementText.malformed
    }
    var statement = StatementMembers(members)
    guard try statement.whole("version") == 1, try statement.whole("expiresAt") >= 0,
      StatementText.isId(try statement.text("id")), StatementText.isType(try statement.text("type"))
    else { throw StatementText.malformed }
    let fields = try StatementText.fields(try statement.object("fields"))
    var view = StatementMembers(try statement.object("view"))
    try statement.end()
    language = try view.text("language")
    title = try FieldValue.prose(try view.text("title"), most: StatementText.longestLabel)
    rows = try StatementText.rows(try view.list("rows"), fields)
    try view.end()
    guard StatementText.isLanguage(language) else { throw StatementText.malformed }
  }

  private static func fields(_ members: [CanonicalValue.Member]) throws -> [String: FieldValue] {
    guard (1...mostFields).contains(members.count), members.allSatisfy({ isFieldName($0.name) }) else {
      throw malformed
    }
    return Dictionary(
      uniqueKeysWithValues: try members.map { ($0.name, try FieldValue($0.value)) })
  }

  /// Every field is shown, once: nothing hidden is signed, nothing unsigned is shown.
  private static func rows(
    _ list: [CanonicalValue], _ fields: [String: FieldValue]
  ) throws -> [(label: String, value: FieldValue)] {
    var left = fields
    let rows = try list.map { item -> (label: String, value: FieldValue) in
      guard case .object(let members) = item else { throw malformed }
      var row = StatementMembers(members)
      let label = try FieldValue.prose(try row.text("label"), most: longestLabel)
      guard let value = left.removeValue(forKey: try row.text("field")) else { throw malformed }
      try row.end()
      return (label, value)
    }
    guard left.isEmpty else { throw malformed }
    return rows
  }

  private static func isId(_ text: String) -> Bool {
    text.utf8.count == 22 && Base64Url.decode(text)?.count == 16
  }

  private static func isType(_ text: String) -> Bool {
    (1...32).contains(text.utf8.count)
      && text.utf8.allSatisfy { isSmall($0) || isDigit($0) || $0 == 0x2e || $0 == 0x2d }
  }

  private static func isFieldName(_ text: String) -> Bool {
    guard (1...32).contains(text.utf8.count), let first = text.utf8.first, isSmall(first) else { return false }
    return text.utf8.allSatisfy { isSmall($0) || isCapital($0) || isDigit($0) }
  }

  /// BCP 47, as far as statements use it: a language of 2 or 3 letters, then up to three parts of 2 to 8.
  private static func isLanguage(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard (1...4).contains(parts.count), let first = parts.first, (2...3).contains(first.utf8.count),
      first.utf8.allSatisfy(isSmall)
    else { return false }
    return parts.dropFirst().allSatisfy { part in
      (2...8).contains(part.utf8.count) && part.utf8.allSatisfy { isSmall($0) || isCapital($0) || isDigit($0) }
    }
  }

  private static func isSmall(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) }
  private static func isCapital(_ byte: UInt8) -> Bool { (0x41...0x5a).contains(byte) }
  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
