import Foundation

/// What iOS answers to an app when it refuses.
public struct SystemFailure: Error {
  /// `OSStatus`, `LAError`, `DCError` or `TKError`: whose number it is.
  public let exception: String
  public let number: Int

  public init(_ exception: String, _ number: Int) {
    self.exception = exception
    self.number = number
  }

  /// As the calls of Apple's modules give it.
  public var error: NSError {
    let domains = [
      "OSStatus": NSOSStatusErrorDomain, "LAError": "com.apple.LocalAuthentication",
      "DCError": "com.apple.devicecheck.error", "TKError": "CryptoTokenKit",
    ]
    return NSError(domain: domains[exception] ?? exception, code: number)
  }
}

/// The phone behind the stand-ins: `IosCalls` of @keybound/virtual-phone, in memory or over a socket.
public protocol SystemBackend: AnyObject {
  /// Bytes are base64url. Throws SystemFailure.
  func call(_ name: String, _ parameters: [String: Any]) throws -> [String: Any]
}

/// The phone this process believes to run on.
public enum FakeSystem {
  private static let lock = NSLock()
  nonisolated(unsafe) private static var current: SystemBackend?

  public static var backend: SystemBackend {
    get {
      lock.lock()
      defer { lock.unlock() }
      guard let current else { fatalError("Unexpected call of the system, expected FakeSystem.backend to be set.") }
      return current
    }
    set {
      lock.lock()
      defer { lock.unlock() }
      current = newValue
    }
  }

  public static func call(_ name: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
    try backend.call(name, parameters)
  }

  public static func encode(_ bytes: Data) -> String {
    bytes.base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
      .replacingOccurrences(of: "=", with: "")
  }

  public static func decode(_ text: Any?) -> Data? {
    guard let text = text as? String else { return nil }
    let plain = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
    return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.count % 4) % 4))
  }
}

/// What Security reads of the LAContext in a query: the real one needs no more of it either.
public protocol FakeAuthentication: AnyObject {
  var systemContext: String { get }
  var localizedReason: String { get }
  var localizedCancelTitle: String? { get }
  var localizedFallbackTitle: String? { get }
  var touchIDAuthenticationAllowableReuseDuration: TimeInterval { get }
  var interactionNotAllowed: Bool { get }
}
