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
}
