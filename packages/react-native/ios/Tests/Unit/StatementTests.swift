import XCTest

@testable import KeyboundReactNative

/// The lane writes docs/transactions.md's vectors, and what TypeScript makes of them, beside the package.
final class StatementTests: XCTestCase {
  struct Vector: Decodable {
    let realm: String
    let account: String
    let nonce: String
    let statement: String
    let challenge: String
    let words: String
  }

  struct Text: Decodable {
    let statement: String
    let words: String
  }

  struct Vectors: Decodable {
    let good: [Vector]
    let texts: [Text]
    let bad: [String]
  }

  private func vectors() throws -> Vectors {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("statements.json")
    return try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: file))
  }

  func testChallengesAndWordsAreThoseOfTypeScript() throws {
    let vectors = try vectors().good
    XCTAssertGreaterThan(vectors.count, 1)
    for vector in vectors {
      let challenge = try StatementApproval.challenge(
        realm: vector.realm, account: vector.account, nonce: XCTUnwrap(Base64Url.decode(vector.nonce)),
        statement: vector.statement)
      XCTAssertEqual(Base64Url.encode(challenge), vector.challenge)
      XCTAssertEqual(try StatementText(reading: vector.statement).words, vector.words)
    }
  }

  func testAmountsOfEveryCurrencyReadAsInTypeScriptInEveryLanguage() throws {
    let texts = try vectors().texts
    XCTAssertGreaterThan(texts.count, 300)
    for text in texts {
      XCTAssertEqual(try StatementText(reading: text.statement).words, text.words)
    }
  }

  func testRefusesWhatTypeScriptRefuses() throws {
    let vectors = try vectors().bad
    XCTAssertGreaterThan(vectors.count, 30)
    for text in vectors {
      XCTAssertThrowsError(try StatementText(reading: text), text)
    }
  }
}
