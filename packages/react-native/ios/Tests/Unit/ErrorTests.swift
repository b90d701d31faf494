import CryptoTokenKit
import LocalAuthentication
import Security
import XCTest

@testable import KeyboundReactNative

final class ErrorTests: XCTestCase {
  func testEveryNumberOfLocalAuthenticationHasItsCode() {
    let rows: [(Int, LABiometryType, HardwareErrorCode)] = [
      (-1, .faceID, .authenticationFailed), (-2, .faceID, .userCanceled), (-3, .faceID, .userCanceled),
      (-4, .faceID, .systemCanceled), (-5, .faceID, .passcodeNotSet), (-6, .none, .notAvailable),
      (-6, .faceID, .permissionDenied), (-7, .touchID, .notEnrolled), (-8, .touchID, .lockedOutPermanently),
      (-9, .touchID, .systemCanceled), (-10, .touchID, .internal), (-1004, .touchID, .deviceLocked),
      (-4711, .touchID, .internal),
    ]
    for (number, type, code) in rows {
      let error = SystemErrors.meaning(
        of: NSError(domain: LAError.errorDomain, code: number), keyDiesWithEnrolment: true, biometryType: type)
      XCTAssertEqual(error.code, code, "\(number)")
      XCTAssertEqual(error.nativeCode, number)
    }
  }

  func testEveryStatusOfSecurityHasItsCode() {
    let rows: [(OSStatus, Bool, HardwareErrorCode)] = [
      (-25300, true, .keyMissing), (-25293, true, .keyInvalidated), (-25293, false, .authenticationFailed),
      (-25308, true, .deviceLocked), (-25299, true, .keyExists), (-128, true, .userCanceled),
      (-25291, true, .notAvailable), (-34018, true, .notAvailable), (-4, true, .unsupported), (-67, true, .internal),
    ]
    for (number, dies, code) in rows {
      let error = SystemErrors.meaning(
        of: NSError(domain: NSOSStatusErrorDomain, code: Int(number)), keyDiesWithEnrolment: dies)
      XCTAssertEqual(error.code, code, "\(number)")
      XCTAssertEqual(error.nativeCode, Int(number))
    }
  }

  func testTheEnclavesDriverTellsOfAChangedSet() {
    let token = { (number: Int, dies: Bool) in
      SystemErrors.meaning(of: NSError(domain: TKError.errorDomain, code: number), keyDiesWithEnrolment: dies).code
    }
    XCTAssertEqual(token(-3, true), .keyInvalidated)
    XCTAssertEqual(token(-3, false), .authenticationFailed)
    XCTAssertEqual(token(-4, true), .userCanceled)
    XCTAssertEqual(token(-9, true), .deviceLocked)
  }

  func testWhatReactGetsKeepsTheNumber() {
    let error = HardwareError(.keyInvalidated, "Unexpected", nativeCode: -25293).forReact
    XCTAssertEqual(error.userInfo["nativeCode"] as? Int, -25293)
    XCTAssertTrue(HardwareError(.promptBusy, "Unexpected").forReact.userInfo.isEmpty)
  }
}
