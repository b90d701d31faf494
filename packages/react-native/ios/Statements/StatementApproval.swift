import Foundation

/// What a signature over a statement covers: the challenge (`transactionChallenge` of @keybound/protocol) in the client
/// data of WebAuthn, after the authenticator data.
struct StatementApproval {
  /// rpIdHash (32), flags (1), signCount (4): WebAuthn L3 §6.1.
  private static let authenticatorDataLength = 37
  private static let label = Data("keybound/tx/v1\u{0}".utf8)
  private static let nonceLength = 32
  private static let longestName = 1024

  let alias: String
  let words: PromptWords
  let clientData: Data
  /// authenticator data ‖ SHA-256(client data).
  let message: Data

  init(_ request: Members) throws {
    let text = try request.text("statement")
    let statement = try StatementText(reading: text)
    let authenticatorData = try request.bytes("authenticatorData")
    guard authenticatorData.count == StatementApproval.authenticatorDataLength else {
      throw HardwareError.argument("length of authenticator data", "37 bytes")
    }
    let challenge = try StatementApproval.challenge(
      realm: try request.text("realm"), account: try request.text("account"), nonce: try request.bytes("nonce"),
      statement: text)
    alias = try request.text("alias")
    words = try PromptWords(reason: statement.words, cancel: try request.text("cancel"))
    clientData = try ClientData.assertion(challenge: challenge, origin: try request.text("origin"))
    message = authenticatorData + Hashing.sha256(clientData)
  }

  static func challenge(realm: String, account: String, nonce: Data, statement: String) throws -> Data {
    guard nonce.count == nonceLength else { throw HardwareError.argument("length of the nonce", "32 bytes") }
    return Hashing.sha256(
      label + (try prefixed(realm)) + (try prefixed(account)) + nonce + Hashing.sha256(Data(statement.utf8)))
  }

  private static func prefixed(_ name: String) throws -> Data {
    let bytes = Data(name.utf8)
    guard bytes.count <= longestName else { throw HardwareError.argument("length of a name", "at most 1024 bytes") }
    return Data([UInt8(bytes.count >> 8), UInt8(bytes.count & 0xff)]) + bytes
  }
}
