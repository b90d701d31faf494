import FakeSystem
import Foundation

public enum CryptoKitError: Error {
  case incorrectKeySize
  case incorrectParameterSize
  case authenticationFailure
}

public struct SymmetricKeySize {
  let bits: Int
  public static var bits256: SymmetricKeySize { SymmetricKeySize(bits: 256) }
}

public struct SymmetricKey {
  let bytes: Data

  public init(size: SymmetricKeySize) { bytes = FakeCrypto.random(size.bits / 8) }
  public init<D: ContiguousBytes>(data: D) { bytes = data.withUnsafeBytes { Data($0) } }

  public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try bytes.withUnsafeBytes(body)
  }
}

public struct SHA256Digest: Sequence {
  let bytes: Data
  public func makeIterator() -> Data.Iterator { bytes.makeIterator() }
}

public struct SHA256 {
  public static func hash<D: DataProtocol>(data: D) -> SHA256Digest {
    SHA256Digest(bytes: FakeCrypto.sha256(Data(data)))
  }
}

public struct SharedSecret {
  let bytes: Data

  public func hkdfDerivedSymmetricKey<Salt: DataProtocol, SharedInfo: DataProtocol>(
    using hashFunction: SHA256.Type, salt: Salt, sharedInfo: SharedInfo, outputByteCount: Int
  ) -> SymmetricKey {
    SymmetricKey(
      data: FakeCrypto.hkdf(bytes, salt: Data(salt), info: Data(sharedInfo), length: outputByteCount))
  }
}

public enum P256 {
  public enum KeyAgreement {
    public struct PublicKey {
      public let x963Representation: Data

      public init<Bytes: ContiguousBytes>(x963Representation: Bytes) throws {
        self.x963Representation = try point(x963Representation)
      }
    }

    public struct PrivateKey {
      public let rawRepresentation: Data
      public let publicKey: PublicKey

      public init(compactRepresentable: Bool = true) {
        do {
          try self.init(rawRepresentation: FakeCrypto.generateScalar())
        } catch { fatalError("libcrypto made no key") }
      }

      public init<Bytes: ContiguousBytes>(rawRepresentation: Bytes) throws {
        let scalar = rawRepresentation.withUnsafeBytes { Data($0) }
        guard let point = FakeCrypto.point(of: scalar) else { throw CryptoKitError.incorrectParameterSize }
        self.rawRepresentation = scalar
        publicKey = try PublicKey(x963Representation: point)
      }

      public func sharedSecretFromKeyAgreement(with publicKeyShare: PublicKey) throws -> SharedSecret {
        guard let secret = FakeCrypto.agree(rawRepresentation, publicKeyShare.x963Representation) else {
          throw CryptoKitError.incorrectParameterSize
        }
        return SharedSecret(bytes: secret)
      }
    }
  }

  public enum Signing {
    public struct ECDSASignature {
      public let derRepresentation: Data

      public init<D: DataProtocol>(derRepresentation: D) throws {
        self.derRepresentation = Data(derRepresentation)
        guard FakeCrypto.isSignature(self.derRepresentation) else { throw CryptoKitError.incorrectParameterSize }
      }
    }

    public struct PublicKey {
      public let x963Representation: Data

      public init<Bytes: ContiguousBytes>(x963Representation: Bytes) throws {
        self.x963Representation = try point(x963Representation)
      }

      public func isValidSignature<D: DataProtocol>(_ signature: ECDSASignature, for data: D) -> Bool {
        FakeCrypto.verify(x963Representation, Data(data), signature.derRepresentation)
      }
    }

    public struct PrivateKey {
      private let scalar = FakeCrypto.generateScalar()

      public init(compactRepresentable: Bool = true) {}

      public var publicKey: PublicKey {
        do {
          return try PublicKey(x963Representation: FakeCrypto.point(of: scalar) ?? Data())
        } catch { fatalError("libcrypto made no key") }
      }

      public func signature<D: DataProtocol>(for data: D) throws -> ECDSASignature {
        try ECDSASignature(derRepresentation: FakeCrypto.sign(scalar, Data(data)) ?? Data())
      }
    }
  }

  private static func point<Bytes: ContiguousBytes>(_ bytes: Bytes) throws -> Data {
    let point = bytes.withUnsafeBytes { Data($0) }
    guard FakeCrypto.isPoint(point) else { throw CryptoKitError.incorrectParameterSize }
    return point
  }
}
