import Security
import XCTest

@testable import KeyboundReactNative

final class KeySpecificationTests: XCTestCase {
  private func specification(
    _ role: KeyRole, _ enrolment: Enrolment = .currentSet, secureEnclave: Bool = true
  ) -> KeySpecification {
    KeySpecification(
      request: KeyRequest(alias: "a", role: role, enrolment: enrolment, allowSoftware: false),
      secureEnclave: secureEnclave)
  }

  func testSigningAndSealingKeysTakeABiometricOfTheCurrentSet() {
    for role in [KeyRole.signing, .sealing] {
      XCTAssertEqual(specification(role).flags, [.privateKeyUsage, .biometryCurrentSet])
      XCTAssertEqual(specification(role).protection, kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly)
      XCTAssertEqual(specification(role, .anyEnrolled).flags, [.privateKeyUsage, .biometryAny])
    }
  }

  func testProofKeysTakeNoTouch() {
    XCTAssertEqual(specification(.proof).flags, [.privateKeyUsage])
    XCTAssertEqual(specification(.proof).protection, kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly)
  }

  func testKeysAreOfTheSecureEnclaveWhereThereIsOne() throws {
    let token = kSecAttrTokenID as String
    XCTAssertNotNil(try specification(.signing).attributes()[token])
    XCTAssertNil(try specification(.signing, secureEnclave: false).attributes()[token])
  }
}
