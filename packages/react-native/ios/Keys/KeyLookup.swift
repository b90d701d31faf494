import Foundation
import LocalAuthentication
import Security

/// Finds a private key by its alias. The context goes with the key: what it allows is asked when the key is used.
enum KeyLookup {
  static func find(_ alias: String, with context: LAContext) throws -> SecKey {
    var query = KeyTag.query(alias)
    query[kSecReturnRef as String] = true
    query[kSecMatchLimit as String] = kSecMatchLimitOne
    query[kSecUseAuthenticationContext as String] = context
    var found: CFTypeRef?
    let status = SecItemCopyMatching(query as CFDictionary, &found)
    guard status == errSecSuccess, let found else {
      throw SystemErrors.meaning(of: status, keyDiesWithEnrolment: false)
    }
    // A query for a key's reference gives nothing else.
    return found as! SecKey
  }

  /// Whether there is a key, asking nobody: one that needs a biometric answers that it does.
  static func exists(_ alias: String) throws -> Bool {
    let silent = LAContext()
    silent.interactionNotAllowed = true
    do {
      _ = try find(alias, with: silent)
      return true
    } catch let error as HardwareError where error.code == .keyMissing {
      return false
    } catch let error as HardwareError where error.code == .deviceLocked {
      return true
    }
  }
}
