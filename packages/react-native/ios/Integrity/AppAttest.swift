import DeviceCheck
import Foundation

/// App Attest: that this is the app, on a device of Apple's. It says nothing of the user; the signing key does, whose
/// public half lies in what is attested. Key ids cross as base64url of their 32 bytes.
final class AppAttest {
  typealias Settle = (Result<Any?, HardwareError>) -> Void

  private let keys: AppAttestKeys
  /// One call at a time: two first calls would make two keys of one name.
  private let queue = DispatchQueue(label: "dev.keybound.app-attest")

  init(files: FileStore) {
    keys = AppAttestKeys(files: files)
  }

  /// Settles with the id of the key of that name, made now if there is none.
  func key(_ name: String, settle: @escaping Settle) {
    run(settle) { done in
      try Names.check(alias: name)
      try AppAttest.requireSupport()
      if let kept = try self.keys.read(name) { return done(.success(try AppAttest.crossing(kept.keyId))) }
      DCAppAttestService.shared.generateKey { keyId, error in
        done(
          Result {
            guard let keyId else { throw AppAttest.meaning(of: error) }
            try self.keys.write(name, AppAttestKeys.Entry(keyId: keyId, attested: false))
            return try AppAttest.crossing(keyId)
          })
      }
    }
  }

  /// Attests a key once. Rejects `integrityUnavailable` when Apple's servers do not answer: the same key may be tried
  /// again; and when the key is of no use: then the name gets a new one.
  func attest(_ crossingId: String, _ clientDataHash: Data, settle: @escaping Settle) {
    run(settle) { done in
      let (name, entry) = try self.find(crossingId, clientDataHash)
      guard !entry.attested else {
        throw HardwareError.argument("second attestation of a key", "one; ask for a key of another name")
      }
      DCAppAttestService.shared.attestKey(entry.keyId, clientDataHash: clientDataHash) { object, error in
        done(
          Result {
            guard let object else { throw self.forget(name, error) }
            try self.keys.write(name, AppAttestKeys.Entry(keyId: entry.keyId, attested: true))
            return Base64Url.encode(object)
          })
      }
    }
  }

  func assert(_ crossingId: String, _ clientDataHash: Data, settle: @escaping Settle) {
    run(settle) { done in
      let (name, entry) = try self.find(crossingId, clientDataHash)
      DCAppAttestService.shared.generateAssertion(entry.keyId, clientDataHash: clientDataHash) { assertion, error in
        done(
          Result {
            guard let assertion else { throw self.forget(name, error) }
            return Base64Url.encode(assertion)
          })
      }
    }
  }

  /// Starts a call when those before it are done.
  private func run(
    _ settle: @escaping Settle, _ start: @escaping (@escaping (Result<Any?, Error>) -> Void) throws -> Void
  ) {
    queue.async {
      let turn = DispatchSemaphore(value: 0)
      let once = Once<Result<Any?, HardwareError>> { result in
        settle(result)
        turn.signal()
      }
      do {
        try start { result in once.settle(result.mapError { HardwareError($0) }) }
      } catch {
        once.settle(.failure(HardwareError(error)))
      }
      turn.wait()
    }
  }

  private func find(_ crossingId: String, _ clientDataHash: Data) throws -> (String, AppAttestKeys.Entry) {
    try AppAttest.requireSupport()
    guard clientDataHash.count == 32 else { throw HardwareError.argument("length of the hash", "32 bytes") }
    guard let id = Base64Url.decode(crossingId)?.base64EncodedString(), let name = try keys.name(of: id),
      let entry = try keys.read(name)
    else { throw HardwareError(.keyMissing, "Unexpected key id, expected one of this installation. Ask for a key.") }
    return (name, entry)
  }

  /// A key that Apple no longer takes is forgotten, so that its name gets a new one.
  private func forget(_ name: String, _ error: Error?) -> HardwareError {
    let system = error as NSError?
    if system?.domain == DCError.errorDomain,
      [DCError.Code.invalidKey.rawValue, DCError.Code.invalidInput.rawValue].contains(system?.code ?? 0)
    {
      // Should this fail, the next call meets the same key and comes here again.
      try? keys.forget(name)
    }
    return AppAttest.meaning(of: error)
  }

  private static func requireSupport() throws {
    guard DCAppAttestService.shared.isSupported else {
      throw HardwareError(
        .unsupported, "Unexpected simulator or app extension, expected an app on a device: only there is App Attest.")
    }
  }

  private static func crossing(_ keyId: String) throws -> String {
    guard let bytes = Data(base64Encoded: keyId) else {
      throw HardwareError(.internal, "Unexpected form of an App Attest key id, expected base64. Report it.")
    }
    return Base64Url.encode(bytes)
  }

  static func meaning(of error: Error?) -> HardwareError {
    guard let error else {
      return HardwareError(.integrityUnavailable, "Unexpected answer of App Attest without anything, expected one.")
    }
    let system = error as NSError
    guard system.domain == DCError.errorDomain else { return HardwareError(error) }
    if system.code == DCError.Code.featureUnsupported.rawValue {
      return HardwareError(
        .unsupported, "Unexpected device without App Attest, expected one with it.", nativeCode: system.code)
    }
    return HardwareError(
      .integrityUnavailable, "Unexpected refusal by App Attest, expected an attestation. Try again later.",
      nativeCode: system.code)
  }
}
