import Foundation
import Security

/// What is kept beside a key, since the keychain gives an access control back to nobody: that it was made, and with
/// which policy. So a key that the system destroyed can be told from one that never was.
struct KeyRecord: Codable, Equatable {
  let role: KeyRole
  let enrolment: Enrolment
  let level: KeyLevel

  /// Whether a refusal by the Secure Enclave means that fingers or faces changed.
  var diesWithEnrolment: Bool { role != .proof && enrolment == .currentSet }
}

/// Records as generic passwords: with the keys they belong to, they outlive the app and never leave the device.
struct KeyRecords {
  private static let service = "dev.keybound.keys"

  func read(_ alias: String) throws -> KeyRecord? {
    var query = item(alias)
    query[kSecReturnData as String] = true
    query[kSecMatchLimit as String] = kSecMatchLimitOne
    var found: CFTypeRef?
    let status = SecItemCopyMatching(query as CFDictionary, &found)
    if status == errSecItemNotFound { return nil }
    guard status == errSecSuccess, let bytes = found as? Data else {
      throw SystemErrors.meaning(of: status, keyDiesWithEnrolment: false)
    }
    return try? JSONDecoder().decode(KeyRecord.self, from: bytes)
  }

  func write(_ alias: String, _ record: KeyRecord) throws {
    var new = item(alias)
    new[kSecAttrAccessible as String] = kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly
    new[kSecValueData as String] = try JSONEncoder().encode(record)
    let status = SecItemAdd(new as CFDictionary, nil)
    guard status == errSecSuccess else { throw SystemErrors.meaning(of: status, keyDiesWithEnrolment: false) }
  }

  func delete(_ alias: String) throws {
    let status = SecItemDelete(item(alias) as CFDictionary)
    guard status == errSecSuccess || status == errSecItemNotFound else {
      throw SystemErrors.meaning(of: status, keyDiesWithEnrolment: false)
    }
  }

  func aliases() throws -> [String] {
    let query: [String: Any] = [
      kSecClass as String: kSecClassGenericPassword,
      kSecAttrService as String: KeyRecords.service,
      kSecMatchLimit as String: kSecMatchLimitAll,
      kSecReturnAttributes as String: true,
    ]
    return try KeychainList.read(query).compactMap { $0[kSecAttrAccount as String] as? String }
  }

  private func item(_ alias: String) -> [String: Any] {
    [
      kSecClass as String: kSecClassGenericPassword,
      kSecAttrService as String: KeyRecords.service,
      kSecAttrAccount as String: alias,
    ]
  }
}
