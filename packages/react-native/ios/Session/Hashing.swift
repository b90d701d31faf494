import CryptoKit
import Foundation

/// SHA-256, and signatures of others over it.
enum Hashing {
  static func sha256(_ bytes: Data) -> Data { Data(SHA256.hash(data: bytes)) }

  /// ECDSA with SHA-256 over P-256, the signature in DER. False also for what is no point of the curve or no DER.
  static func verify(point: Data, bytes: Data, signature: Data) -> Bool {
    guard point.count == PublicKeys.pointLength,
      let key = try? P256.Signing.PublicKey(x963Representation: point),
      let parsed = try? P256.Signing.ECDSASignature(derRepresentation: signature)
    else { return false }
    return key.isValidSignature(parsed, for: bytes)
  }
}
