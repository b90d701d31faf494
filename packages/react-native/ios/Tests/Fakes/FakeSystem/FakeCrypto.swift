import CFakeCrypto
import Foundation

/// libcrypto for the stand-ins. Nil where the input is none.
public enum FakeCrypto {
  public static func random(_ length: Int) -> Data { filled(length) { fc_random($0, length) } ?? Data() }

  public static func sha256(_ bytes: Data) -> Data {
    filled(32) { out in with(bytes) { fc_sha256($0, bytes.count, out) } } ?? Data()
  }

  public static func hmac(_ key: Data, _ bytes: Data) -> Data {
    filled(32) { out in
      with(key) { key_ in with(bytes) { fc_hmac_sha256(key_, key.count, $0, bytes.count, out) } }
    } ?? Data()
  }

  /// RFC 5869.
  public static func hkdf(_ secret: Data, salt: Data, info: Data, length: Int) -> Data {
    let key = hmac(salt, secret)
    var (block, all) = (Data(), Data())
    for count in 1...((length + 31) / 32) {
      block = hmac(key, block + info + Data([UInt8(count)]))
      all += block
    }
    return all.prefix(length)
  }

  public static func generateScalar() -> Data { filled(32) { fc_p256_generate($0) } ?? Data() }

  public static func point(of scalar: Data) -> Data? {
    guard scalar.count == 32 else { return nil }
    return filled(65) { out in with(scalar) { fc_p256_public($0, out) } }
  }

  public static func isPoint(_ point: Data) -> Bool {
    point.count == 65 && with(point) { fc_p256_is_point($0) } == 1
  }

  public static func agree(_ scalar: Data, _ point: Data) -> Data? {
    guard scalar.count == 32, point.count == 65 else { return nil }
    return filled(32) { out in with(scalar) { own in with(point) { fc_p256_agree(own, $0, out) } } }
  }

  public static func sign(_ scalar: Data, _ bytes: Data) -> Data? {
    var length = 0
    let der = filled(80) { out in
      with(scalar) { own in with(bytes) { fc_p256_sign(own, $0, bytes.count, out, &length) } }
    }
    return der?.prefix(length)
  }

  public static func verify(_ point: Data, _ bytes: Data, _ der: Data) -> Bool {
    with(point) { key in with(bytes) { text in with(der) { fc_p256_verify(key, text, bytes.count, $0, der.count) } } }
      == 1
  }

  public static func isSignature(_ der: Data) -> Bool { with(der) { fc_is_ecdsa_der($0, der.count) } == 1 }

  /// ciphertext ‖ tag.
  public static func seal(_ key: Data, iv: Data, _ plain: Data, aad: Data) -> Data? {
    var tag = [UInt8](repeating: 0, count: 16)
    let sealed = filled(plain.count) { out in
      with(key) { k in
        with(iv) { i in
          with(aad) { a in
            with(plain) { fc_gcm_seal(k, key.count, i, iv.count, a, aad.count, $0, plain.count, out, &tag) }
          }
        }
      }
    }
    return sealed.map { $0 + Data(tag) }
  }

  public static func open(_ key: Data, iv: Data, _ sealed: Data, aad: Data) -> Data? {
    guard sealed.count >= 16 else { return nil }
    let (body, tag) = (Data(sealed.dropLast(16)), Data(sealed.suffix(16)))
    return filled(body.count) { out in
      with(key) { k in
        with(iv) { i in
          with(aad) { a in
            with(tag) { t in with(body) { fc_gcm_open(k, key.count, i, iv.count, a, aad.count, $0, body.count, t, out) }
            }
          }
        }
      }
    }
  }

  /// X9.63 with SHA-256: key (16) and IV (16) for the ephemeral key and the shared secret.
  static func ecies(_ secret: Data, _ ephemeral: Data) -> (key: Data, iv: Data) {
    let derived = sha256(secret + Data([0, 0, 0, 1]) + ephemeral)
    return (Data(derived.prefix(16)), Data(derived.suffix(16)))
  }

  /// `eciesEncryptionCofactorVariableIVX963SHA256AESGCM`: ephemeral point ‖ ciphertext ‖ tag.
  public static func eciesSeal(to point: Data, _ plain: Data) -> Data? {
    let scalar = generateScalar()
    guard let ephemeral = FakeCrypto.point(of: scalar), let secret = agree(scalar, point) else { return nil }
    let (key, iv) = ecies(secret, ephemeral)
    return seal(key, iv: iv, plain, aad: Data()).map { ephemeral + $0 }
  }

  public static func eciesOpen(_ scalar: Data, _ sealed: Data) -> Data? {
    guard sealed.count >= 81, let secret = agree(scalar, Data(sealed.prefix(65))) else { return nil }
    let (key, iv) = ecies(secret, Data(sealed.prefix(65)))
    return open(key, iv: iv, Data(sealed.dropFirst(65)), aad: Data())
  }

  private static func filled(_ length: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Int32) -> Data? {
    var bytes = [UInt8](repeating: 0, count: max(1, length))
    guard bytes.withUnsafeMutableBufferPointer({ buffer in buffer.baseAddress.map(fill) ?? 0 }) == 1 else { return nil }
    return Data(bytes.prefix(length))
  }

  private static func with(_ bytes: Data, _ use: (UnsafePointer<UInt8>) -> Int32) -> Int32 {
    // Never empty, so that there is always an address.
    let padded = [UInt8](bytes) + [0]
    return padded.withUnsafeBufferPointer { buffer in buffer.baseAddress.map(use) ?? 0 }
  }
}
