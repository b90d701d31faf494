import FakeSystem
import Foundation

public enum AES {
  public enum GCM {
    public struct Nonce {
      let bytes: Data

      public init() { bytes = FakeCrypto.random(12) }

      public init<D: DataProtocol>(data: D) throws {
        bytes = Data(data)
        guard bytes.count >= 12 else { throw CryptoKitError.incorrectParameterSize }
      }
    }

    public struct SealedBox {
      public let nonce: Nonce
      public let ciphertext: Data
      public let tag: Data
      public var combined: Data? { nonce.bytes.count == 12 ? nonce.bytes + ciphertext + tag : nil }

      public init<D: DataProtocol>(combined: D) throws {
        let all = Data(combined)
        guard all.count >= 28 else { throw CryptoKitError.incorrectParameterSize }
        try self.init(
          nonce: Nonce(data: Data(all.prefix(12))), ciphertext: Data(all.dropFirst(12).dropLast(16)),
          tag: Data(all.suffix(16)))
      }

      public init<C: DataProtocol, T: DataProtocol>(nonce: Nonce, ciphertext: C, tag: T) throws {
        guard tag.count == 16 else { throw CryptoKitError.incorrectParameterSize }
        self.nonce = nonce
        self.ciphertext = Data(ciphertext)
        self.tag = Data(tag)
      }
    }

    public static func seal<Plaintext: DataProtocol, AuthenticatedData: DataProtocol>(
      _ message: Plaintext, using key: SymmetricKey, nonce: Nonce? = nil,
      authenticating authenticatedData: AuthenticatedData
    ) throws -> SealedBox {
      try seal(Data(message), key, nonce ?? Nonce(), Data(authenticatedData))
    }

    public static func seal<Plaintext: DataProtocol>(
      _ message: Plaintext, using key: SymmetricKey, nonce: Nonce? = nil
    ) throws -> SealedBox {
      try seal(Data(message), key, nonce ?? Nonce(), Data())
    }

    public static func open<AuthenticatedData: DataProtocol>(
      _ sealedBox: SealedBox, using key: SymmetricKey, authenticating authenticatedData: AuthenticatedData
    ) throws -> Data {
      let sealed = sealedBox.ciphertext + sealedBox.tag
      guard
        let plain = FakeCrypto.open(key.bytes, iv: sealedBox.nonce.bytes, sealed, aad: Data(authenticatedData))
      else { throw CryptoKitError.authenticationFailure }
      return plain
    }

    public static func open(_ sealedBox: SealedBox, using key: SymmetricKey) throws -> Data {
      try open(sealedBox, using: key, authenticating: Data())
    }

    private static func seal(_ message: Data, _ key: SymmetricKey, _ nonce: Nonce, _ aad: Data) throws -> SealedBox {
      guard let sealed = FakeCrypto.seal(key.bytes, iv: nonce.bytes, message, aad: aad) else {
        throw CryptoKitError.incorrectKeySize
      }
      return try SealedBox(nonce: nonce, ciphertext: Data(sealed.dropLast(16)), tag: Data(sealed.suffix(16)))
    }
  }
}
