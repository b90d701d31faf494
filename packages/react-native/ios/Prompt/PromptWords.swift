/// Words of a prompt. The system shows one text and one button of ours.
struct PromptWords {
  let reason: String
  let cancel: String

  /// Throws `invalidArgument` without any word: LocalAuthentication ends the app over an empty reason.
  init(reason: String, cancel: String) throws {
    guard !reason.isEmpty else { throw HardwareError.argument("prompt without words", "a title") }
    self.reason = reason
    self.cancel = cancel
  }

  init(_ members: Members) throws {
    let lines = try ["title", "subtitle", "description"].map(members.text).filter { !$0.isEmpty }
    try self.init(reason: lines.joined(separator: "\n"), cancel: try members.text("cancel"))
  }
}
