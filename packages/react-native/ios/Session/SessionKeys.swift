import CryptoKit
import Foundation

/// Keys of a session: in memory, gone when they are closed or the app ends.
struct SessionKeys {
  let handles: Handles

  /// The handle, and the public half as an uncompressed point.
  func make() throws -> (handle: String, publicKey: Data) {
    let key = P256.Signing.PrivateKey()
    return (try handles.keep(.session(key)), key.publicKey.x963Representation)
  }

  /// ECDSA with SHA-256, in DER.
  func sign(_ handle: String, _ bytes: Data) throws -> Data {
    guard case .session(let key) = try handles.find(handle) else { throw Handles.unknown }
    return try key.signature(for: bytes).derRepresentation
  }
}
