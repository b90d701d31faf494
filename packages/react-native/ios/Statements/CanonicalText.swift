import Foundation

/// A value of the profile of `encodeCanonicalJson` in @keybound/protocol: text and whole numbers, lists and objects.
indirect enum CanonicalValue: Equatable {
  case text(String)
  case whole(Int)
  case list([CanonicalValue])
  case object([Member])

  /// Members stay in their order, which is the order of their names.
  struct Member: Equatable {
    let name: String
    let value: CanonicalValue
  }
}

/// Reads a text that is byte for byte what the encoder writes, and no other: no space, names in order and each once,
/// numbers and characters in their one spelling. So nothing has to be encoded again to be compared.
struct CanonicalReader {
  private static let deepest = 8
  private static let largest = 9_007_199_254_740_991
  private let scalars: [Unicode.Scalar]
  private var at = 0

  /// Throws `invalidArgument`.
  static func read(_ text: String) throws -> CanonicalValue {
    var reader = CanonicalReader(scalars: Array(text.unicodeScalars))
    let value = try reader.value(depth: 0)
    guard reader.at == reader.scalars.count else { throw StatementText.malformed }
    return value
  }

  private init(scalars: [Unicode.Scalar]) {
    self.scalars = scalars
  }

  private mutating func value(depth: Int) throws -> CanonicalValue {
    guard let first = scalars[safe: at], depth <= CanonicalReader.deepest else { throw StatementText.malformed }
    switch first {
    case "\"": return .text(try text())
    case "[": return .list(try items(closing: "]") { try $0.value(depth: depth + 1) })
    case "{": return .object(try members(depth: depth + 1))
    default: return .whole(try whole())
    }
  }

  private mutating func members(depth: Int) throws -> [CanonicalValue.Member] {
    let members = try items(closing: "}") { reader in
      let name = try reader.text()
      try reader.take(":")
      return CanonicalValue.Member(name: name, value: try reader.value(depth: depth))
    }
    // RFC 8785 §3.2.3: by UTF-16 code units. Strictly rising, so that none comes twice.
    let names = members.map { Array($0.name.utf16) }
    guard zip(names, names.dropFirst()).allSatisfy({ $0.lexicographicallyPrecedes($1) }) else {
      throw StatementText.malformed
    }
    return members
  }

  private mutating func items<Item>(
    closing: Unicode.Scalar, _ item: (inout CanonicalReader) throws -> Item
  ) throws -> [Item] {
    at += 1
    if scalars[safe: at] == closing {
      at += 1
      return []
    }
    var items = [try item(&self)]
    while scalars[safe: at] == "," {
      at += 1
      items.append(try item(&self))
    }
    try take(closing)
    return items
  }

  private mutating func text() throws -> String {
    try take("\"")
    var text = String.UnicodeScalarView()
    while let scalar = scalars[safe: at], scalar != "\"" {
      at += 1
      guard scalar == "\\" else {
        text.append(scalar)
        continue
      }
      // Every other character that JSON escapes is a control character, which no statement holds.
      guard let escaped = scalars[safe: at], escaped == "\"" || escaped == "\\" else { throw StatementText.malformed }
      text.append(escaped)
      at += 1
    }
    try take("\"")
    let whole = String(text)
    guard UnicodeProfile.isSeen(whole), UnicodeProfile.isComposed(whole) else { throw StatementText.malformed }
    return whole
  }

  private mutating func whole() throws -> Int {
    var digits = ""
    if scalars[safe: at] == "-" {
      digits = "-"
      at += 1
    }
    while let scalar = scalars[safe: at], ("0"..."9").contains(scalar) {
      digits.unicodeScalars.append(scalar)
      at += 1
    }
    guard let number = Int(digits), String(number) == digits, abs(number) <= CanonicalReader.largest else {
      throw StatementText.malformed
    }
    return number
  }

  private mutating func take(_ expected: Unicode.Scalar) throws {
    guard scalars[safe: at] == expected else { throw StatementText.malformed }
    at += 1
  }
}

extension Array {
  fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
