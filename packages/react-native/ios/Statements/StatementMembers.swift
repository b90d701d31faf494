/// Takes members of an object of a statement one by one; `end` refuses what nobody took.
struct StatementMembers {
  private var left: [String: CanonicalValue]

  init(_ members: [CanonicalValue.Member]) {
    left = Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  mutating func text(_ name: String) throws -> String { try StatementMembers.text(try take(name)) }

  mutating func whole(_ name: String) throws -> Int {
    guard case .whole(let number) = try take(name) else { throw StatementText.malformed }
    return number
  }

  mutating func list(_ name: String) throws -> [CanonicalValue] {
    guard case .list(let items) = try take(name) else { throw StatementText.malformed }
    return items
  }

  mutating func object(_ name: String) throws -> [CanonicalValue.Member] {
    guard case .object(let members) = try take(name) else { throw StatementText.malformed }
    return members
  }

  func end() throws {
    guard left.isEmpty else { throw StatementText.malformed }
  }

  static func text(_ value: CanonicalValue) throws -> String {
    guard case .text(let text) = value else { throw StatementText.malformed }
    return text
  }

  private mutating func take(_ name: String) throws -> CanonicalValue {
    guard let value = left.removeValue(forKey: name) else { throw StatementText.malformed }
    return value
  }
}
