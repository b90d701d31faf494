import Foundation

/// Client data of an assertion in the one serialization of WebAuthn L3 §5.8.1.1.
enum ClientData {
  static func assertion(challenge: Data, origin: String) throws -> Data {
    // Visible ASCII, and none of the two that would need an escape: every origin of an app or a page is such.
    guard (1...1024).contains(origin.utf8.count),
      origin.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != 0x22 && $0 != 0x5c })
    else { throw HardwareError.argument("origin", "visible ASCII") }
    return Data(
      #"{"type":"webauthn.get","challenge":"\#(Base64Url.encode(challenge))","origin":"\#(origin)","crossOrigin":false}"#
        .utf8)
  }
}
