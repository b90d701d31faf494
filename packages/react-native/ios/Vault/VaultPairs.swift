import CryptoKit
import Foundation
import LocalAuthentication
import Security

/// The pair of a vault: its private half lies encrypted under a key that only the sealing key gives back.
struct VaultPairs {
  /// The first half of the derived bytes is the key, the second the IV. Variants without a variable IV are legacy.
  static let algorithm = SecKeyAlgorithm.eciesEncryptionCofactorVariableIVX963SHA256AESGCM
  private static let keyLength = 32

  let keys: KeyStore
  let handles: Handles

  /// No prompt: sealing takes the public half.
  func make(_ alias: String, context: String) throws -> (publicKey: Data, sealed: Data) {
    let recipient = try keys.publicKey(alias, role: .sealing)
    let pair = P256.KeyAgreement.PrivateKey()
    let key = SymmetricKey(size: .bits256)
    var plain = key.withUnsafeBytes { Data($0) }
    var scalar = pair.rawRepresentation
    defer {
      plain.resetBytes(in: 0..<plain.count)
      scalar.resetBytes(in: 0..<scalar.count)
    }
    var failure: Unmanaged<CFError>?
    guard
      let wrapped = SecKeyCreateEncryptedData(recipient, VaultPairs.algorithm, plain as CFData, &failure) as Data?
    else { throw SecurityFailure.take(failure, keyDiesWithEnrolment: false) }
    let payload = try Aead.seal(scalar, key, Data(context.utf8))
    return (pair.publicKey.x963Representation, SealedPair(wrapped: wrapped, payload: payload).bytes)
  }

  /// The private half under a handle: decrypting its key is what prompts.
  func open(
    _ alias: String, publicKey: Data, sealed: SealedPair, context: String, with authentication: LAContext
  ) throws -> String {
    var plain = try decrypt(alias, sealed.wrapped, with: authentication)
    defer { plain.resetBytes(in: 0..<plain.count) }
    guard plain.count == VaultPairs.keyLength else { throw Aead.failed }
    var scalar = try Aead.open(sealed.payload, SymmetricKey(data: plain), Data(context.utf8))
    defer { scalar.resetBytes(in: 0..<scalar.count) }
    guard let pair = try? P256.KeyAgreement.PrivateKey(rawRepresentation: scalar),
      pair.publicKey.x963Representation == publicKey
    else { throw Aead.failed }
    return try handles.keep(.pair(pair))
  }

  private func decrypt(_ alias: String, _ wrapped: Data, with authentication: LAContext) throws -> Data {
    do {
      return try keys.use(alias, role: .sealing, with: authentication) { key, failure in
        SecKeyCreateDecryptedData(key, VaultPairs.algorithm, wrapped as CFData, failure) as Data?
      }
    } catch let error as HardwareError where VaultPairs.notForThisKey.contains(error.nativeCode ?? 0) {
      throw HardwareError(.openFailed, Aead.failed.message, nativeCode: error.nativeCode)
    }
  }

  /// What Security answers, after the touch, to bytes that were not encrypted to this key.
  private static let notForThisKey = [Int(errSecParam), Int(errSecDecode)]
}
