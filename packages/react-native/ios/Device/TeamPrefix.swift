import Foundation
import Security

/// The team's prefix of the app's id, which no call tells: the keychain gives it as the first part of the access group
/// that it puts items in.
enum TeamPrefix {
  /// Nil where the keychain refuses, as it does before the device was unlocked once.
  static func read() -> String? {
    let item: [String: Any] = [
      kSecClass as String: kSecClassGenericPassword,
      kSecAttrService as String: "dev.keybound.team",
      kSecAttrAccount as String: "team",
    ]
    var found: CFTypeRef?
    var status = SecItemCopyMatching(asking(item) as CFDictionary, &found)
    if status == errSecItemNotFound {
      let new = item.merging([
        kSecAttrAccessible as String: kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly,
        kSecValueData as String: Data([0]),
      ]) { _, new in new }
      guard SecItemAdd(new as CFDictionary, nil) == errSecSuccess else { return nil }
      status = SecItemCopyMatching(asking(item) as CFDictionary, &found)
    }
    guard status == errSecSuccess, let attributes = found as? [String: Any],
      let group = attributes[kSecAttrAccessGroup as String] as? String
    else { return nil }
    return group.split(separator: ".").first.map(String.init)
  }

  private static func asking(_ item: [String: Any]) -> [String: Any] {
    item.merging([
      kSecReturnAttributes as String: true, kSecMatchLimit as String: kSecMatchLimitOne,
    ]) { _, new in new }
  }
}
