import Foundation

/// P-256 public keys: the uncompressed point that Security and CryptoKit give, and the SubjectPublicKeyInfo of X.509.
enum PublicKeys {
  static let pointLength = 65

  /// SEQUENCE { SEQUENCE { id-ecPublicKey, prime256v1 }, BIT STRING … } before the point (RFC 5480 §2).
  private static let header = Data([
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
    0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
  ])

  /// Nil for what is no uncompressed point of P-256 by its length and first byte.
  static func subjectPublicKeyInfo(of point: Data) -> Data? {
    guard point.count == pointLength, point.first == 0x04 else { return nil }
    return header + point
  }
}
