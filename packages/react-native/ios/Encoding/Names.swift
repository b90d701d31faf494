/// Names of keys and files: 1 to 200 of `A-Z a-z 0-9 . _ -`.
enum Names {
  static let longest = 200

  static func check(alias: String) throws {
    guard (1...longest).contains(alias.utf8.count), alias.utf8.allSatisfy(isAllowed) else {
      throw HardwareError.argument("alias", "1 to 200 of A-Z a-z 0-9 . _ -")
    }
  }

  /// As aliases, but never beginning with a point: so no name leads out of its folder or to what is half written.
  static func check(file name: String) throws {
    guard (1...longest).contains(name.utf8.count), name.utf8.allSatisfy(isAllowed), !name.hasPrefix(".") else {
      throw HardwareError.argument("name of a file", "1 to 200 of A-Z a-z 0-9 . _ - that begin with no point")
    }
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f: return true
    default: return false
    }
  }
}
