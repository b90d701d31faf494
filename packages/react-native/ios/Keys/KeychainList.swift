import Foundation
import Security

/// Attributes of all items that a query finds, without their values.
enum KeychainList {
  static func read(_ query: [String: Any]) throws -> [[String: Any]] {
    var found: CFTypeRef?
    let status = SecItemCopyMatching(query as CFDictionary, &found)
    if status == errSecItemNotFound { return [] }
    guard status == errSecSuccess, let items = found as? [[String: Any]] else {
      throw SystemErrors.meaning(of: status, keyDiesWithEnrolment: false)
    }
    return items
  }
}
