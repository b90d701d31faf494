import Foundation
import Security

/// How a key of each role is asked for: the one place where protection, flags and token are chosen.
struct KeySpecification {
  static let bits = 256
  let request: KeyRequest
  /// False on simulators, which have no Secure Enclave.
  let secureEnclave: Bool

  /// Signing and sealing keys exist only while a passcode is set, on this device, and take a biometric for every use: no
  /// passcode instead. A proof key serves without a touch, also while the screen is locked again.
  var protection: CFString {
    request.role == .proof
      ? kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly : kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly
  }

  var flags: SecAccessControlCreateFlags {
    // `privateKeyUsage` is for keys of the Secure Enclave alone.
    var flags: SecAccessControlCreateFlags = secureEnclave ? [.privateKeyUsage] : []
    switch (request.role, request.enrolment) {
    case (.proof, _): break
    case (_, .currentSet): flags.insert(.biometryCurrentSet)
    case (_, .anyEnrolled): flags.insert(.biometryAny)
    }
    return flags
  }

  /// For SecKeyCreateRandomKey.
  func attributes() throws -> [String: Any] {
    var failure: Unmanaged<CFError>?
    guard let control = SecAccessControlCreateWithFlags(nil, protection, flags, &failure) else {
      throw SecurityFailure.take(failure, keyDiesWithEnrolment: false)
    }
    var attributes: [String: Any] = [
      kSecAttrKeyType as String: kSecAttrKeyTypeECSECPrimeRandom,
      kSecAttrKeySizeInBits as String: KeySpecification.bits,
      kSecPrivateKeyAttrs as String: [
        kSecAttrIsPermanent as String: true,
        kSecAttrApplicationTag as String: KeyTag.bytes(of: request.alias),
        kSecAttrAccessControl as String: control,
      ] as [String: Any],
    ]
    if secureEnclave { attributes[kSecAttrTokenID as String] = kSecAttrTokenIDSecureEnclave }
    return attributes
  }
}
