import Foundation
import LocalAuthentication
import Security

/// Uses a key where no prompt may come up, to see what guards it. Leaves nothing open.
enum KeyProbe {
  enum Answer: Equatable {
    /// A biometric is asked for: what a signing or sealing key must answer.
    case guarded
    /// It served at once: what a proof key must answer, and no other may.
    case free
    case gone
    /// One of the codes that a key gives whose set of fingers changed.
    case refused(nativeCode: Int)
  }

  static func ask(_ alias: String, role: KeyRole) throws -> Answer {
    let silent = LAContext()
    defer { silent.invalidate() }
    let key: SecKey
    do {
      key = try KeyLookup.find(alias, with: silent)
    } catch let error as HardwareError {
      return try answer(to: error)
    }
    // Only now: finding a key never prompts, but says no more of one that is guarded than that it is.
    silent.interactionNotAllowed = true
    var failure: Unmanaged<CFError>?
    if try use(key, role, &failure) != nil { return .free }
    return try answer(to: SecurityFailure.take(failure, keyDiesWithEnrolment: true))
  }

  private static func use(_ key: SecKey, _ role: KeyRole, _ failure: inout Unmanaged<CFError>?) throws -> Data? {
    // One byte is no message that anybody signs: authenticator data alone has 37.
    let probe = Data([0])
    guard role == .sealing else {
      return SecKeyCreateSignature(key, KeyStore.signatureAlgorithm, probe as CFData, &failure) as Data?
    }
    guard let publicKey = SecKeyCopyPublicKey(key),
      let sealed = SecKeyCreateEncryptedData(publicKey, VaultPairs.algorithm, probe as CFData, &failure)
    else { throw SecurityFailure.take(failure, keyDiesWithEnrolment: false) }
    return SecKeyCreateDecryptedData(key, VaultPairs.algorithm, sealed, &failure) as Data?
  }

  private static func answer(to error: HardwareError) throws -> Answer {
    switch error.code {
    // Locked out counts as guarded: the passcode opens the sensor again, and the key is what it was.
    case .deviceLocked, .lockedOutPermanently: return .guarded
    case .keyMissing: return .gone
    case .keyInvalidated, .authenticationFailed: return .refused(nativeCode: error.nativeCode ?? 0)
    default: throw error
    }
  }
}
