import FakeSystem
import Foundation
import FoundationNetworking

/// A chain that the system was asked to judge. Linux gives none; tests make one of keys.
public final class SecTrust: NSObject {
  let certificates: [SecCertificate]
  let trusted: Bool

  public init(keys: [SecKey], trusted: Bool) {
    certificates = keys.map(SecCertificate.init)
    self.trusted = trusted
  }
}

public final class SecCertificate: NSObject {
  let key: SecKey
  init(_ key: SecKey) { self.key = key }
}

extension SecKey {
  public convenience init(point: Data) {
    self.init(tag: nil, point: point, secureEnclave: false, context: nil)
  }
}

public func SecTrustEvaluateWithError(_ trust: SecTrust, _ error: UnsafeMutablePointer<CFError?>?) -> Bool {
  trust.trusted
}

public func SecTrustCopyCertificateChain(_ trust: SecTrust) -> CFArray? { trust.certificates as CFArray }

public func SecCertificateCopyKey(_ certificate: SecCertificate) -> SecKey? { certificate.key }

extension URLProtectionSpace {
  public var serverTrust: SecTrust? { nil }
}
