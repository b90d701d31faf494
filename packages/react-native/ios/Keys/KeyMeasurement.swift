import Foundation
import Security

/// Looks at the key that the system made, not at what was asked for.
enum KeyMeasurement {
  /// Where it lives. Throws `policyNotEnforced` for a key that is weaker than the request.
  static func level(of key: SecKey, _ request: KeyRequest) throws -> KeyLevel {
    let attributes = SecKeyCopyAttributes(key) as? [String: Any] ?? [:]
    let token = attributes[kSecAttrTokenID as String] as? String
    let level: KeyLevel = token == kSecAttrTokenIDSecureEnclave as String ? .secureEnclave : .software
    guard level == .secureEnclave || request.allowSoftware else {
      throw weaker("key outside the Secure Enclave", "one inside")
    }
    guard attributes[kSecAttrKeySizeInBits as String] as? Int == KeySpecification.bits else {
      throw weaker("size of key", "\(KeySpecification.bits) bits")
    }
    // A simulator guards no key; that is what its level says.
    guard level == .secureEnclave else { return level }
    switch (request.role, try KeyProbe.ask(request.alias, role: request.role)) {
    case (.proof, .free), (.signing, .guarded), (.sealing, .guarded): return level
    case (.proof, _): throw weaker("proof key that does not serve", "one that serves without a touch")
    default: throw weaker("key that serves without a touch", "one that a biometric guards")
    }
  }

  static func weaker(_ found: String, _ expected: String) -> HardwareError {
    HardwareError(.policyNotEnforced, "Unexpected \(found), expected \(expected). This device cannot be registered.")
  }
}
