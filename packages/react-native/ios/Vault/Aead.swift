import CryptoKit
import Foundation

/// AES-256-GCM, one layout everywhere: nonce (12) ‖ ciphertext ‖ tag (16).
enum Aead {
  static let failed = HardwareError(
    .openFailed, "Unexpected key, bytes or associated data, expected those that belong together.")

  static let most = 1_048_576

  static func seal(_ plaintext: Data, _ key: SymmetricKey, _ associated: Data) throws -> Data {
    guard plaintext.count <= most else { throw HardwareError.argument("length", "at most \(most) bytes") }
    guard let sealed = try AES.GCM.seal(plaintext, using: key, authenticating: associated).combined else {
      throw HardwareError(.internal, "Unexpected nonce, expected one of 96 bits.")
    }
    return sealed
  }

  /// Throws `openFailed`.
  static func open(_ sealed: Data, _ key: SymmetricKey, _ associated: Data) throws -> Data {
    guard let box = try? AES.GCM.SealedBox(combined: sealed),
      let plaintext = try? AES.GCM.open(box, using: key, authenticating: associated)
    else { throw Aead.failed }
    return plaintext
  }
}
