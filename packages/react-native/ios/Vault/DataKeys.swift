import CryptoKit
import Foundation

/// Data keys of secrets, and how they are wrapped to a vault: `ecdh-p256-hkdf-a256gcm` of docs/vault.md.
struct DataKeys {
  private static let label = Data("keybound/vault/wrap/v1".utf8)
  private static let length = 32
  private static let tagLength = 16
  let handles: Handles

  func make() throws -> String { try handles.keep(.data(SymmetricKey(size: .bits256))) }

  /// `ephemeral` is fresh for every wrapping; tests give the one of the vectors.
  func wrap(
    to point: Data, _ dataKey: String,
    ephemeral: P256.KeyAgreement.PrivateKey = P256.KeyAgreement.PrivateKey()
  ) throws -> (epk: Data, wrapped: Data) {
    guard point.count == PublicKeys.pointLength,
      let recipient = try? P256.KeyAgreement.PublicKey(x963Representation: point)
    else { throw HardwareError.argument("public key", "an uncompressed point of P-256") }
    let epk = ephemeral.publicKey.x963Representation
    let wrapping = try DataKeys.wrappingKey(ephemeral, recipient, epk: epk, point: point)
    var plain = try key(dataKey).withUnsafeBytes { Data($0) }
    defer { plain.resetBytes(in: 0..<plain.count) }
    let box = try AES.GCM.seal(plain, using: wrapping, nonce: DataKeys.nonce())
    return (epk, box.ciphertext + box.tag)
  }

  /// Throws `openFailed` for what was not wrapped to this pair.
  func unwrap(_ pair: String, epk: Data, wrapped: Data) throws -> String {
    guard case .pair(let privateKey) = try handles.find(pair) else { throw Handles.unknown }
    guard epk.count == PublicKeys.pointLength, wrapped.count == DataKeys.length + DataKeys.tagLength,
      let sender = try? P256.KeyAgreement.PublicKey(x963Representation: epk)
    else { throw Aead.failed }
    let point = privateKey.publicKey.x963Representation
    let wrapping = try DataKeys.wrappingKey(privateKey, sender, epk: epk, point: point)
    guard
      let box = try? AES.GCM.SealedBox(
        nonce: DataKeys.nonce(), ciphertext: wrapped.prefix(DataKeys.length), tag: wrapped.suffix(DataKeys.tagLength)),
      var plain = try? AES.GCM.open(box, using: wrapping)
    else { throw Aead.failed }
    defer { plain.resetBytes(in: 0..<plain.count) }
    return try handles.keep(.data(SymmetricKey(data: plain)))
  }

  func key(_ handle: String) throws -> SymmetricKey {
    guard case .data(let key) = try handles.find(handle) else { throw Handles.unknown }
    return key
  }

  /// All zero: a wrapping key serves once.
  private static func nonce() throws -> AES.GCM.Nonce { try AES.GCM.Nonce(data: Data(count: 12)) }

  private static func wrappingKey(
    _ own: P256.KeyAgreement.PrivateKey, _ other: P256.KeyAgreement.PublicKey, epk: Data, point: Data
  ) throws -> SymmetricKey {
    try own.sharedSecretFromKeyAgreement(with: other).hkdfDerivedSymmetricKey(
      using: SHA256.self, salt: Data(), sharedInfo: label + epk + point, outputByteCount: length)
  }
}
