import Security
import XCTest

@testable import KeyboundReactNative

final class PinTests: XCTestCase {
  private let pins = PinnedDomains(infoDictionary: [
    "KeyboundPinExpiry": "2027-03-01",
    "NSAppTransportSecurity": [
      "NSPinnedDomains": [
        "bank.example": [
          "NSIncludesSubdomains": true,
          "NSPinnedLeafIdentities": [["SPKI-SHA256-BASE64": Data(repeating: 1, count: 32).base64EncodedString()]],
          "NSPinnedCAIdentities": [["SPKI-SHA256-BASE64": Data(repeating: 2, count: 32).base64EncodedString()]],
        ],
        "one.example": ["NSPinnedLeafIdentities": [[String: String]]()],
      ]
    ],
  ])

  func testAPinnedKeyIsTheLeafsOrOfOneAboveIt() throws {
    let bank = try XCTUnwrap(pins.pins(for: "api.Bank.example"))
    let (leaf, above, other) = (Data(repeating: 1, count: 32), Data(repeating: 2, count: 32), Data(count: 32))
    XCTAssertTrue(PinnedDomains.accepts([leaf, other], bank))
    XCTAssertTrue(PinnedDomains.accepts([other, above], bank))
    XCTAssertFalse(PinnedDomains.accepts([other, leaf], bank))
    XCTAssertFalse(PinnedDomains.accepts([], bank))
    XCTAssertNil(pins.pins(for: "a.one.example"))
    XCTAssertNil(pins.pins(for: "evilbank.example"))
  }

  func testPinsWhoseTimeIsOverRefuse() throws {
    let last = Date(timeIntervalSince1970: 1_803_945_599)
    XCTAssertNoThrow(try pins.requireCurrent(for: "bank.example", now: last))
    XCTAssertThrowsError(try pins.requireCurrent(for: "bank.example", now: last.addingTimeInterval(1)))
    XCTAssertNoThrow(try pins.requireCurrent(for: "other.example", now: last.addingTimeInterval(1)))
  }

  func testHashesTheSubjectPublicKeyInfo() throws {
    let point = Data([4]) + Data(repeating: 7, count: 64)
    let trust = SecTrust(keys: [SecKey(point: point)], trusted: true)
    let info = try XCTUnwrap(PublicKeys.subjectPublicKeyInfo(of: point))
    XCTAssertEqual(CertificateKeys.hashes(of: trust), [Hashing.sha256(info)])
  }

  /// Against the Info.plist that the config plugin writes, as its own test shows (test/react-native/pins-golden.json).
  func testWhatThePluginWroteIsReadAsItWasMeant() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("pins.json")
    let golden = try XCTUnwrap(JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    let written = PinnedDomains(infoDictionary: try XCTUnwrap(golden["ios"] as? [String: Any]))
    let keys = try XCTUnwrap(golden["keys"] as? [String: String])
    let checks = try XCTUnwrap(golden["checks"] as? [[String: Any]])
    XCTAssertGreaterThan(checks.count, 10)
    for check in checks {
      let host = try XCTUnwrap(check["host"] as? String)
      let chain = try XCTUnwrap(check["chain"] as? [String]).map { name in
        Hashing.sha256(try XCTUnwrap(keys[name].flatMap { Data(base64Encoded: $0) }))
      }
      let now = Date(timeIntervalSince1970: try XCTUnwrap(check["at"] as? Double))
      let outcome: String
      do {
        try written.requireCurrent(for: host, now: now)
        outcome = written.pins(for: host).map { PinnedDomains.accepts(chain, $0) } ?? true ? "passes" : "pinMismatch"
      } catch {
        outcome = HardwareError(error).code.rawValue
      }
      XCTAssertEqual(outcome, check["ios"] as? String, "\(check)")
    }
  }
}
