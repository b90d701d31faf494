import Foundation

/// `VaultPair.sealed` of @keybound/phone: len(wrapped) (2 bytes, big-endian) ‖ wrapped ‖ nonce ‖ ciphertext ‖ tag.
struct SealedPair {
  /// nonce (12) ‖ private scalar (32) ‖ tag (16).
  private static let payloadLength = 60
  let wrapped: Data
  let payload: Data

  init(wrapped: Data, payload: Data) {
    self.wrapped = wrapped
    self.payload = payload
  }

  /// Throws `openFailed` for what is not of this form.
  init(parsing bytes: Data) throws {
    let all = [UInt8](bytes)
    guard all.count > 2 else { throw Aead.failed }
    let length = Int(all[0]) << 8 | Int(all[1])
    guard length > 0, all.count == 2 + length + SealedPair.payloadLength else { throw Aead.failed }
    self.init(wrapped: Data(all[2..<(2 + length)]), payload: Data(all[(2 + length)...]))
  }

  var bytes: Data { Data([UInt8(wrapped.count >> 8), UInt8(wrapped.count & 0xff)]) + wrapped + payload }
}
