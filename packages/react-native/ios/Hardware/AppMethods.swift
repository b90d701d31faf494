import Foundation

extension KeyboundHardware {
  /// Files, network, integrity, screen.
  var appMethods: [String: Method] {
    let (files, appAttest, setScreenPrivacy) = (self.files, self.appAttest, self.setScreenPrivacy)
    let (surroundings, now) = (self.surroundings, self.now)
    return [
      "readFile": Self.now {
        try files.read(try $0.text(0), offset: try $0.whole(1), length: try $0.whole(2)).map(Base64Url.encode)
      },
      "writeFile": Self.now {
        try files.write(try $0.text(0), try $0.bytes(1), append: try $0.flag(2))
        return nil
      },
      "renameFile": Self.now {
        try files.rename(try $0.text(0), try $0.text(1))
        return nil
      },
      "deleteFile": Self.now {
        try files.delete(try $0.text(0))
        return nil
      },
      "listFiles": Self.now { try files.list(prefix: try $0.text(0)) },
      "appAttestKey": { appAttest.key(try $0.text(0), settle: $1) },
      "appAttestAttest": { appAttest.attest(try $0.text(0), try $0.bytes(1), settle: $1) },
      "appAttestAssert": { appAttest.assert(try $0.text(0), try $0.bytes(1), settle: $1) },
      "integrityToken": { _, _ in
        throw HardwareError(.unsupported, "Unexpected call integrityToken, expected appAttestKey: this is iOS.")
      },
      "setScreenPrivacy": { arguments, settle in
        let on = try arguments.flag(0)
        DispatchQueue.main.async {
          setScreenPrivacy(on)
          settle(.success(nil))
        }
      },
      "request": { arguments, settle in
        let request = try HttpRequest(try arguments.object(0), development: surroundings.development)
        try surroundings.pins.requireCurrent(for: request.host, now: now())
        HttpExchange.start(request, pins: surroundings.pins.pins(for: request.host)) { settle($0.map { $0 as Any? }) }
      },
    ]
  }
}
