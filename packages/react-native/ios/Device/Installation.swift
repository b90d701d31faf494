import Foundation

/// Tells one installation of the app from the next. Keychain items outlive the app; this file does not.
final class Installation {
  private let files: FileStore
  private let lock = NSLock()

  init(files: FileStore) {
    self.files = files
  }

  /// 16 random bytes, base64url: made at the first question, the same until the app is removed.
  func id() throws -> String {
    lock.lock()
    defer { lock.unlock() }
    if let kept = try files.readPrivate(".installation"), let text = String(data: kept, encoding: .utf8), !text.isEmpty
    {
      return text
    }
    let id = Base64Url.encode(try Randomness.bytes(16))
    try files.writePrivate(".installation", Data(id.utf8))
    return id
  }
}
