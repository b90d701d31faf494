import Foundation
import Security

/// Bytes of the system's generator.
enum Randomness {
  static let most = 1_048_576

  static func bytes(_ length: Int) throws -> Data {
    guard (0...most).contains(length) else { throw HardwareError.argument("length", "at most \(most) bytes") }
    var bytes = [UInt8](repeating: 0, count: length)
    let status = SecRandomCopyBytes(kSecRandomDefault, length, &bytes)
    guard status == errSecSuccess else {
      throw SystemErrors.meaning(of: status, keyDiesWithEnrolment: false)
    }
    return Data(bytes)
  }
}
