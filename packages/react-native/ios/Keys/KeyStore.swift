import Foundation
import LocalAuthentication
import Security

/// Keys in the Secure Enclave, by alias. Making, asking and deleting never prompt; using one prompts where its access
/// control says so, and only there.
final class KeyStore {
  static let signatureAlgorithm = SecKeyAlgorithm.ecdsaSignatureMessageX962SHA256

  private let surroundings: AppSurroundings
  private let records = KeyRecords()
  /// Two calls that make or delete one alias must not interleave: the keychain takes two keys of one tag.
  private let lock = NSLock()

  init(surroundings: AppSurroundings) {
    self.surroundings = surroundings
  }

  /// Makes a key and measures it: one that is weaker than asked is deleted again.
  func create(_ request: KeyRequest) throws -> (publicKey: Data, level: KeyLevel) {
    lock.lock()
    defer { lock.unlock() }
    guard try records.read(request.alias) == nil, try !KeyLookup.exists(request.alias) else {
      throw HardwareError(.keyExists, "Unexpected key of that alias, expected none. Delete it first.")
    }
    if request.role != .proof { try availability().require(forUse: false) }
    let specification = KeySpecification(request: request, secureEnclave: !surroundings.simulator)
    var failure: Unmanaged<CFError>?
    guard let key = SecKeyCreateRandomKey(try specification.attributes() as CFDictionary, &failure) else {
      throw SecurityFailure.take(failure, keyDiesWithEnrolment: false)
    }
    do {
      let level = try KeyMeasurement.level(of: key, request)
      guard let publicKey = SecKeyCopyPublicKey(key),
        let point = SecKeyCopyExternalRepresentation(publicKey, nil) as Data?,
        let info = PublicKeys.subjectPublicKeyInfo(of: point)
      else { throw KeyMeasurement.weaker("kind of key", "P-256") }
      try records.write(
        request.alias, KeyRecord(role: request.role, enrolment: request.enrolment, level: level))
      return (info, level)
    } catch {
      // What failed first is what the caller must know, also when the deletion fails too.
      try? remove(request.alias)
      throw error
    }
  }

  /// `ready`, `invalidated` or `missing`.
  func state(_ alias: String) throws -> String {
    try Names.check(alias: alias)
    guard let record = try records.read(alias) else { return "missing" }
    switch try KeyProbe.ask(alias, role: record.role) {
    case .guarded, .free: return "ready"
    case .gone: return "invalidated"
    case .refused: return record.diesWithEnrolment ? "invalidated" : "ready"
    }
  }

  func delete(_ alias: String) throws {
    try Names.check(alias: alias)
    lock.lock()
    defer { lock.unlock() }
    try remove(alias)
  }

  /// Also aliases of which only a key or only a record is left.
  func list(prefix: String) throws -> [String] {
    let query: [String: Any] = [
      kSecClass as String: kSecClassKey,
      kSecMatchLimit as String: kSecMatchLimitAll,
      kSecReturnAttributes as String: true,
    ]
    let keys = try KeychainList.read(query).compactMap { $0[kSecAttrApplicationTag as String] as? Data }
    return Set(keys.compactMap(KeyTag.alias) + (try records.aliases())).filter { $0.hasPrefix(prefix) }.sorted()
  }

  /// The public half, without a prompt. Throws as `use`.
  func publicKey(_ alias: String, role: KeyRole) throws -> SecKey {
    let record = try require(alias, role)
    // Finding a key and taking its public half never prompt.
    guard let publicKey = SecKeyCopyPublicKey(try find(alias, record, LAContext())) else {
      throw HardwareError(.internal, "Unexpected key without public half, expected one. Register again.")
    }
    return publicKey
  }

  /// Signs with a proof key, where nothing may prompt.
  func signProof(_ alias: String, _ bytes: Data) throws -> Data {
    let silent = LAContext()
    silent.interactionNotAllowed = true
    return try sign(alias, role: .proof, bytes, with: silent)
  }

  /// ECDSA with SHA-256, in DER. Blocks while the system prompts: never on the main thread.
  func sign(_ alias: String, role: KeyRole, _ bytes: Data, with context: LAContext) throws -> Data {
    try use(alias, role: role, with: context) { key, failure in
      SecKeyCreateSignature(key, KeyStore.signatureAlgorithm, bytes as CFData, failure) as Data?
    }
  }

  /// Uses a key once. Throws `keyMissing`, `keyInvalidated`, `invalidArgument` for a key of another role, and what the
  /// prompt ended with.
  func use(
    _ alias: String, role: KeyRole, with context: LAContext,
    _ operation: (SecKey, UnsafeMutablePointer<Unmanaged<CFError>?>) -> Data?
  ) throws -> Data {
    let record = try require(alias, role)
    let key = try find(alias, record, context)
    var failure: Unmanaged<CFError>?
    if let result = operation(key, &failure) { return result }
    let error = SecurityFailure.take(failure, keyDiesWithEnrolment: record.diesWithEnrolment)
    switch error.code {
    case .keyMissing: throw KeyStore.invalidated(error.nativeCode)
    // A refusal under lockout says nothing about the key.
    case .keyInvalidated, .authenticationFailed:
      let now = availability()
      if now.status == .lockedOutPermanently { try now.require(forUse: true) }
      throw error
    default: throw error
    }
  }

  private func require(_ alias: String, _ role: KeyRole) throws -> KeyRecord {
    try Names.check(alias: alias)
    guard let record = try records.read(alias) else {
      throw HardwareError(.keyMissing, "Unexpected absence of the key, expected it. Register again.")
    }
    guard record.role == role else {
      throw HardwareError.argument("use of a \(record.role) key", "a \(role) key")
    }
    return record
  }

  /// A key whose record is here but which the system no longer has was destroyed by it.
  private func find(_ alias: String, _ record: KeyRecord, _ context: LAContext) throws -> SecKey {
    do {
      return try KeyLookup.find(alias, with: context)
    } catch let error as HardwareError where error.code == .keyMissing {
      throw KeyStore.invalidated(error.nativeCode)
    }
  }

  private func remove(_ alias: String) throws {
    let status = SecItemDelete(KeyTag.query(alias) as CFDictionary)
    guard status == errSecSuccess || status == errSecItemNotFound else {
      throw SystemErrors.meaning(of: status, keyDiesWithEnrolment: false)
    }
    // Last, so that a deletion that was cut off is seen and can be done again.
    try records.delete(alias)
  }

  private func availability() -> Availability {
    Availability.now(explainsFaceID: surroundings.explainsFaceID)
  }

  private static func invalidated(_ number: Int?) -> HardwareError {
    HardwareError(
      .keyInvalidated, "Unexpected loss of the key, expected it: passcode, fingers or faces changed. Register again.",
      nativeCode: number)
  }
}
