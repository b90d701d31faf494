import CryptoKit
import Foundation

/// A key in native memory. CryptoKit overwrites its bytes when the last reference goes.
enum HeldKey {
  case data(SymmetricKey)
  case pair(P256.KeyAgreement.PrivateKey)
  case session(P256.Signing.PrivateKey)
}

/// Names for keys in native memory. The table holds the only lasting reference, so closing a handle wipes its key.
final class Handles {
  static let unknown = HardwareError(
    .handleUnknown, "Unexpected handle, expected one that is open and of this kind. Unlock again.")

  /// More than any app has open at once; a caller that leaks handles is stopped before memory is.
  private static let most = 4096
  private let lock = NSLock()
  private var keys: [String: HeldKey] = [:]

  /// Keeps a key under a random name that nobody guesses.
  func keep(_ key: HeldKey) throws -> String {
    let handle = Base64Url.encode(try Randomness.bytes(16))
    lock.lock()
    defer { lock.unlock() }
    guard keys.count < Handles.most else {
      throw HardwareError.argument("number of open handles", "at most \(Handles.most)")
    }
    keys[handle] = key
    return handle
  }

  /// Throws `handleUnknown`.
  func find(_ handle: String) throws -> HeldKey {
    lock.lock()
    defer { lock.unlock() }
    guard let key = keys[handle] else { throw Handles.unknown }
    return key
  }

  func close(_ handle: String) {
    lock.lock()
    defer { lock.unlock() }
    keys.removeValue(forKey: handle)
  }

  /// For the end of the app's JavaScript: whatever it held is gone with it.
  func closeAll() {
    lock.lock()
    defer { lock.unlock() }
    keys.removeAll()
  }

  var count: Int {
    lock.lock()
    defer { lock.unlock() }
    return keys.count
  }
}
