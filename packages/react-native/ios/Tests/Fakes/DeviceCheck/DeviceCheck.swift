import FakeSystem
import Foundation

public struct DCError: Error {
  public static var errorDomain: String { "com.apple.devicecheck.error" }

  public enum Code: Int {
    case unknownSystemFailure = 0
    case featureUnsupported = 1
    case invalidInput = 2
    case invalidKey = 3
    case serverUnavailable = 4
  }
}

public class DCAppAttestService: NSObject {
  nonisolated(unsafe) public static let shared = DCAppAttestService()

  public var isSupported: Bool {
    (try? FakeSystem.call("appAttest.isSupported")["supported"] as? Bool) ?? false
  }

  public func generateKey(completionHandler: @escaping (String?, Error?) -> Void) {
    answer({ try FakeSystem.call("appAttest.generateKey")["keyId"] as? String }, completionHandler)
  }

  public func attestKey(
    _ keyId: String, clientDataHash: Data, completionHandler: @escaping (Data?, Error?) -> Void
  ) {
    use("appAttest.attestKey", keyId, clientDataHash, completionHandler)
  }

  public func generateAssertion(
    _ keyId: String, clientDataHash: Data, completionHandler: @escaping (Data?, Error?) -> Void
  ) {
    use("appAttest.generateAssertion", keyId, clientDataHash, completionHandler)
  }

  private func use(_ name: String, _ keyId: String, _ hash: Data, _ completion: @escaping (Data?, Error?) -> Void) {
    answer(
      {
        FakeSystem.decode(
          try FakeSystem.call(name, ["keyId": keyId, "clientDataHash": FakeSystem.encode(hash)])["bytes"])
      }, completion)
  }

  /// On another queue, as the service does.
  private func answer<Value>(_ ask: @escaping () throws -> Value?, _ completion: @escaping (Value?, Error?) -> Void) {
    DispatchQueue.global().async {
      do {
        completion(try ask(), nil)
      } catch {
        completion(nil, (error as? SystemFailure)?.error ?? error)
      }
    }
  }
}
