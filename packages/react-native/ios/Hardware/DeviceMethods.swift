import Foundation

extension KeyboundHardware {
  /// A method that is done when it returns.
  static func now(_ body: @escaping (Arguments) throws -> Any?) -> Method {
    { arguments, settle in settle(.success(try body(arguments))) }
  }

  /// What the device is, and bytes that need no key.
  var deviceMethods: [String: Method] {
    let report = DeviceReport(surroundings: surroundings, installation: installation)
    return [
      "describe": Self.now { _ in try report.describe() },
      "random": Self.now { Base64Url.encode(try Randomness.bytes(try $0.whole(0))) },
      "sha256": Self.now { Base64Url.encode(Hashing.sha256(try $0.bytes(0))) },
      "verify": Self.now { Hashing.verify(point: try $0.bytes(0), bytes: try $0.bytes(1), signature: try $0.bytes(2)) },
    ]
  }
}
