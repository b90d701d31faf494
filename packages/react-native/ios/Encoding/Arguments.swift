import Foundation

/// Arguments of one call as React Native hands them over: text, numbers, booleans, dictionaries. Every reading says which
/// of them it could not use, with `invalidArgument`.
struct Arguments {
  /// Most bytes that cross at once: a MiB, and what sealing adds to it.
  static let mostBytes = 1_048_576 + 64

  private let method: String
  private let values: [Any]

  init(of method: String, _ values: [Any]) {
    self.method = method
    self.values = values
  }

  func text(_ index: Int) throws -> String { try Arguments.text(value(index), place(index)) }
  func bytes(_ index: Int) throws -> Data { try Arguments.bytes(value(index), place(index)) }
  func flag(_ index: Int) throws -> Bool { try Arguments.flag(value(index), place(index)) }
  func whole(_ index: Int) throws -> Int { try Arguments.whole(value(index), place(index)) }

  func object(_ index: Int) throws -> Members {
    guard let members = value(index) as? [String: Any] else {
      throw HardwareError.argument("kind of \(place(index))", "an object")
    }
    return Members(of: place(index), members)
  }

  private func value(_ index: Int) -> Any? { values.indices.contains(index) ? values[index] : nil }
  private func place(_ index: Int) -> String { "argument \(index + 1) of \(method)" }

  fileprivate static func text(_ value: Any?, _ place: String) throws -> String {
    guard let text = value as? String else { throw HardwareError.argument("kind of \(place)", "text") }
    return text
  }

  fileprivate static func bytes(_ value: Any?, _ place: String) throws -> Data {
    guard let bytes = Base64Url.decode(try text(value, place)) else {
      throw HardwareError.argument("text of \(place)", "base64url without padding")
    }
    guard bytes.count <= mostBytes else {
      throw HardwareError.argument("length of \(place)", "at most \(mostBytes) bytes")
    }
    return bytes
  }

  fileprivate static func flag(_ value: Any?, _ place: String) throws -> Bool {
    guard let flag = value as? Bool else { throw HardwareError.argument("kind of \(place)", "true or false") }
    return flag
  }

  fileprivate static func whole(_ value: Any?, _ place: String) throws -> Int {
    guard let number = (value as? NSNumber)?.doubleValue, let whole = Int(exactly: number), whole >= 0 else {
      throw HardwareError.argument("kind of \(place)", "a whole number that is not negative")
    }
    return whole
  }
}

/// Members of an object among the arguments.
struct Members {
  private let place: String
  private let values: [String: Any]

  init(of place: String, _ values: [String: Any]) {
    self.place = place
    self.values = values
  }

  func text(_ name: String) throws -> String { try Arguments.text(values[name], here(name)) }
  func bytes(_ name: String) throws -> Data { try Arguments.bytes(values[name], here(name)) }
  func flag(_ name: String) throws -> Bool { try Arguments.flag(values[name], here(name)) }
  func whole(_ name: String) throws -> Int { try Arguments.whole(values[name], here(name)) }

  func list(_ name: String) throws -> [Members] {
    guard let list = values[name] as? [[String: Any]] else {
      throw HardwareError.argument("kind of \(here(name))", "a list of objects")
    }
    return list.map { Members(of: here(name), $0) }
  }

  private func here(_ name: String) -> String { "\"\(name)\" of \(place)" }
}
