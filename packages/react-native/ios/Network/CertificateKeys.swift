import Foundation
import Security

/// SHA-256 of the SubjectPublicKeyInfo of certificates, which is what pins name.
enum CertificateKeys {
  /// Of each certificate of an evaluated chain, leaf first. Keys of kinds that are not known hash to nothing.
  static func hashes(of trust: SecTrust) -> [Data] {
    let chain = SecTrustCopyCertificateChain(trust) as? [SecCertificate] ?? []
    return chain.map { certificate in
      guard let key = SecCertificateCopyKey(certificate),
        let bytes = SecKeyCopyExternalRepresentation(key, nil) as Data?,
        let attributes = SecKeyCopyAttributes(key) as? [String: Any],
        let type = attributes[kSecAttrKeyType as String] as? String,
        let size = attributes[kSecAttrKeySizeInBits as String] as? Int,
        let header = header(type: type, size: size)
      else { return Data() }
      return Hashing.sha256(header + bytes)
    }
  }

  /// What stands before the key's own bytes (RFC 3279 §2.3.1, RFC 5480 §2).
  private static func header(type: String, size: Int) -> Data? {
    let rsa = type == kSecAttrKeyTypeRSA as String
    let elliptic = type == kSecAttrKeyTypeECSECPrimeRandom as String
    switch size {
    case 2048 where rsa: return hex("30820122300d06092a864886f70d01010105000382010f00")
    case 3072 where rsa: return hex("308201a2300d06092a864886f70d01010105000382018f00")
    case 4096 where rsa: return hex("30820222300d06092a864886f70d01010105000382020f00")
    case 256 where elliptic: return hex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
    case 384 where elliptic: return hex("3076301006072a8648ce3d020106052b81040022036200")
    default: return nil
    }
  }

  private static func hex(_ digits: String) -> Data {
    var bytes = Data()
    var rest = Substring(digits)
    while let byte = UInt8(rest.prefix(2), radix: 16), !rest.isEmpty {
      bytes.append(byte)
      rest = rest.dropFirst(2)
    }
    return bytes
  }
}
