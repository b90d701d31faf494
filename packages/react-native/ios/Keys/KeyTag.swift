import Foundation
import Security

/// Application tags of our keys in the keychain, which holds other people's keys as well.
enum KeyTag {
  private static let prefix = "dev.keybound.key."

  static func bytes(of alias: String) -> Data { Data((prefix + alias).utf8) }

  /// Nil for a tag that is not ours.
  static func alias(of tag: Data) -> String? {
    guard let text = String(data: tag, encoding: .utf8), text.hasPrefix(prefix) else { return nil }
    return String(text.dropFirst(prefix.count))
  }

  static func query(_ alias: String) -> [String: Any] {
    [
      kSecClass as String: kSecClassKey,
      kSecAttrKeyType as String: kSecAttrKeyTypeECSECPrimeRandom,
      kSecAttrApplicationTag as String: bytes(of: alias),
    ]
  }
}
