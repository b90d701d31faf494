import CryptoKit
import XCTest

@testable import KeyboundReactNative

/// The vectors of docs/vault.md.
final class VaultTests: XCTestCase {
  private func scalar(_ name: String) -> Data { Hashing.sha256(Data("keybound/vault/vector/\(name)".utf8)) }

  func testWrapsTheDataKeyOfTheVectors() throws {
    let handles = Handles()
    let dataKeys = DataKeys(handles: handles)
    let unlock = try P256.KeyAgreement.PrivateKey(rawRepresentation: scalar("unlock"))
    let dataKey = try handles.keep(.data(SymmetricKey(data: scalar("data"))))
    let (epk, wrapped) = try dataKeys.wrap(
      to: unlock.publicKey.x963Representation, dataKey,
      ephemeral: P256.KeyAgreement.PrivateKey(rawRepresentation: scalar("ephemeral")))
    XCTAssertEqual(
      Base64Url.encode(epk),
      "BAjba483lfTZnEYJ0swttJhZdNr9WUAIpZ-RdoVlpF18_kTcFJJeKl-UEICAUmUc1OnYb7Bg-QuDJQPfzbjIzyY")
    XCTAssertEqual(Base64Url.encode(wrapped), "jxPbMvNBZ-4ovyVfFCJSehMX4RsE-et9DS4Lds3SRXv9dq8SeHpE_mE7Tpwe6CHL")
    let again = try dataKeys.unwrap(try handles.keep(.pair(unlock)), epk: epk, wrapped: wrapped)
    XCTAssertEqual(try dataKeys.key(again).withUnsafeBytes { Data($0) }, scalar("data"))
  }

  func testAClosedHandleIsUnknownAndOfNoOtherKind() throws {
    let handles = Handles()
    let session = try SessionKeys(handles: handles).make().handle
    XCTAssertThrowsError(try DataKeys(handles: handles).key(session))
    handles.close(session)
    XCTAssertThrowsError(try SessionKeys(handles: handles).sign(session, Data()))
    XCTAssertEqual(handles.count, 0)
  }
}
