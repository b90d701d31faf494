import Foundation

/// Base64url without padding (RFC 4648 §5), of which each value has one spelling.
enum Base64Url {
  static func encode(_ bytes: Data) -> String {
    var text = bytes.base64EncodedString()
    text.removeLast(text.reversed().prefix { $0 == "=" }.count)
    return text.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
  }

  /// Nil for what `encode` never writes: padding, other characters, set bits at the end.
  static func decode(_ text: String) -> Data? {
    guard text.utf8.allSatisfy(isOfAlphabet) else { return nil }
    let plain = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
    let padded = plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
    guard let bytes = Data(base64Encoded: padded), encode(bytes) == text else { return nil }
    return bytes
  }

  private static func isOfAlphabet(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x5f: return true
    default: return false
    }
  }
}
