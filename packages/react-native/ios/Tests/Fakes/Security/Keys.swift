import FakeSystem
import Foundation

/// A key: of the phone by its tag, or a public half by its point.
public final class SecKey: NSObject {
  let tag: String?
  let point: Data
  let secureEnclave: Bool
  let context: FakeAuthentication?

  init(tag: String?, point: Data, secureEnclave: Bool, context: FakeAuthentication?) {
    self.tag = tag
    self.point = point
    self.secureEnclave = secureEnclave
    self.context = context
  }
}

public final class SecAccessControl: NSObject {
  let protection: String
  let flags: SecAccessControlCreateFlags

  init(protection: String, flags: SecAccessControlCreateFlags) {
    self.protection = protection
    self.flags = flags
  }
}

public func SecAccessControlCreateWithFlags(
  _ allocator: CFAllocator?, _ protection: CFTypeRef, _ flags: SecAccessControlCreateFlags,
  _ error: UnsafeMutablePointer<Unmanaged<CFError>?>?
) -> SecAccessControl? {
  guard let name = protection as? NSString else {
    error?.pointee = Unmanaged.passRetained(SystemFailure("OSStatus", -50).error)
    return nil
  }
  return SecAccessControl(protection: "\(name)", flags: flags)
}

public func SecKeyCreateRandomKey(
  _ parameters: CFDictionary, _ error: UnsafeMutablePointer<Unmanaged<CFError>?>?
) -> SecKey? {
  let top = parameters as? [String: Any] ?? [:]
  let own = top[kSecPrivateKeyAttrs as String] as? [String: Any] ?? [:]
  // What real phones refuse: other curves in the enclave, a permanent key without a tag to find it by.
  guard top[kSecAttrKeyType as String] as? String == kSecAttrKeyTypeECSECPrimeRandom as String,
    top[kSecAttrKeySizeInBits as String] as? Int == 256,
    own[kSecAttrIsPermanent as String] as? Bool == true,
    let tag = own[kSecAttrApplicationTag as String] as? Data,
    let control = own[kSecAttrAccessControl as String] as? SecAccessControl,
    let accessible = accessibleNames[control.protection]
  else {
    error?.pointee = Unmanaged.passRetained(SystemFailure("OSStatus", -50).error)
    return nil
  }
  let secureEnclave = top[kSecAttrTokenID as String] as? String == kSecAttrTokenIDSecureEnclave as String
  let request: [String: Any] = [
    "tag": text(tag), "secureEnclave": secureEnclave, "accessible": accessible,
    "flags": flagNames.filter { control.flags.contains($0.0) }.map(\.1),
  ]
  return attempt(error) {
    let point = FakeSystem.decode(try FakeSystem.call("key.generate", request)["publicKey"]) ?? Data()
    return SecKey(tag: text(tag), point: point, secureEnclave: secureEnclave, context: nil)
  }
}

public func SecKeyCopyPublicKey(_ key: SecKey) -> SecKey? {
  SecKey(tag: nil, point: key.point, secureEnclave: false, context: nil)
}

/// Private halves have none: they never leave.
public func SecKeyCopyExternalRepresentation(
  _ key: SecKey, _ error: UnsafeMutablePointer<Unmanaged<CFError>?>?
) -> CFData? {
  guard key.tag == nil else {
    error?.pointee = Unmanaged.passRetained(SystemFailure("OSStatus", -4).error)
    return nil
  }
  return key.point as CFData
}

public func SecKeyCopyAttributes(_ key: SecKey) -> CFDictionary? {
  var attributes: [String: Any] = [
    kSecAttrKeyType as String: kSecAttrKeyTypeECSECPrimeRandom, kSecAttrKeySizeInBits as String: 256,
  ]
  if key.secureEnclave { attributes[kSecAttrTokenID as String] = kSecAttrTokenIDSecureEnclave }
  return attributes as CFDictionary
}

public func SecKeyCreateSignature(
  _ key: SecKey, _ algorithm: SecKeyAlgorithm, _ dataToSign: CFData,
  _ error: UnsafeMutablePointer<Unmanaged<CFError>?>?
) -> CFData? {
  use("key.sign", key, algorithm == .ecdsaSignatureMessageX962SHA256, dataToSign, error)
}

public func SecKeyCreateDecryptedData(
  _ key: SecKey, _ algorithm: SecKeyAlgorithm, _ ciphertext: CFData,
  _ error: UnsafeMutablePointer<Unmanaged<CFError>?>?
) -> CFData? {
  use("key.decrypt", key, algorithm == .eciesEncryptionCofactorVariableIVX963SHA256AESGCM, ciphertext, error)
}

public func SecKeyCreateEncryptedData(
  _ key: SecKey, _ algorithm: SecKeyAlgorithm, _ plaintext: CFData,
  _ error: UnsafeMutablePointer<Unmanaged<CFError>?>?
) -> CFData? {
  attempt(error) {
    guard algorithm == .eciesEncryptionCofactorVariableIVX963SHA256AESGCM,
      let sealed = FakeCrypto.eciesSeal(to: key.point, plaintext as Data)
    else { throw SystemFailure("OSStatus", -50) }
    return sealed as CFData
  }
}

private func use(
  _ call: String, _ key: SecKey, _ known: Bool, _ bytes: CFData,
  _ error: UnsafeMutablePointer<Unmanaged<CFError>?>?
) -> CFData? {
  attempt(error) {
    guard let tag = key.tag, known else { throw SystemFailure("OSStatus", -50) }
    // Blocking the main thread while a prompt is up freezes the app under it.
    if Thread.isMainThread { throw SystemFailure("OnMainThread", 0) }
    var request: [String: Any] = ["tag": tag, "bytes": FakeSystem.encode(bytes as Data)]
    if let context = key.context {
      request["context"] = context.systemContext
      request["localizedReason"] = context.localizedReason
      request["localizedCancelTitle"] = context.localizedCancelTitle ?? ""
      request["interactionNotAllowed"] = context.interactionNotAllowed
      request["localizedFallbackTitle"] = context.localizedFallbackTitle ?? "Enter Password"
      request["reuseDuration"] = context.touchIDAuthenticationAllowableReuseDuration
    }
    return FakeSystem.decode(try FakeSystem.call(call, request)["bytes"]).map { $0 as CFData }
  }
}

func attempt<Value>(
  _ error: UnsafeMutablePointer<Unmanaged<CFError>?>?, _ body: () throws -> Value?
) -> Value? {
  do {
    return try body()
  } catch let failure {
    error?.pointee = Unmanaged.passRetained((failure as? SystemFailure)?.error ?? failure as NSError)
    return nil
  }
}

func text(_ tag: Data) -> String { String(decoding: tag, as: UTF8.self) }

private let accessibleNames = [
  "akpu": "WhenPasscodeSetThisDeviceOnly", "cku": "AfterFirstUnlockThisDeviceOnly", "ak": "WhenUnlocked",
  "aku": "WhenUnlockedThisDeviceOnly",
]

private let flagNames: [(SecAccessControlCreateFlags, String)] = [
  (.privateKeyUsage, "privateKeyUsage"), (.biometryCurrentSet, "biometryCurrentSet"), (.biometryAny, "biometryAny"),
  (.userPresence, "userPresence"), (.devicePasscode, "devicePasscode"), (.or, "or"), (.and, "and"),
]
