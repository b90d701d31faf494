import Foundation

/// `SecureHardware` of @keybound/phone on iOS. Knows nothing of React: one entry takes a method's name and arguments and
/// settles once, off the main thread.
final class KeyboundHardware {
  typealias Settle = (Result<Any?, HardwareError>) -> Void
  typealias Method = (Arguments, @escaping Settle) throws -> Void

  let surroundings: AppSurroundings
  let files: FileStore
  let installation: Installation
  let keys: KeyStore
  let prompts: PromptOwner
  let handles = Handles()
  let appAttest: AppAttest
  /// Covers the app, or no longer; called on the main thread.
  let setScreenPrivacy: (Bool) -> Void
  let now: () -> Date
  private let queue = DispatchQueue(label: "dev.keybound.calls", qos: .userInitiated, attributes: .concurrent)
  private lazy var methods = deviceMethods.merging(keyMethods) { first, _ in first }
    .merging(vaultMethods) { first, _ in first }
    .merging(appMethods) { first, _ in first }

  /// Throws `storageFailed` when the folder of this installation cannot be made.
  init(
    surroundings: AppSurroundings, prompts: PromptOwner = PromptOwner(),
    marking: FileMarking = SystemFileMarking(), now: @escaping () -> Date = Date.init,
    setScreenPrivacy: @escaping (Bool) -> Void
  ) throws {
    self.surroundings = surroundings
    self.prompts = prompts
    self.setScreenPrivacy = setScreenPrivacy
    self.now = now
    files = try FileStore(folder: surroundings.folder, marking: marking)
    installation = Installation(files: files)
    keys = KeyStore(surroundings: surroundings)
    appAttest = AppAttest(files: files)
    _ = methods
  }

  var methodNames: [String] { methods.keys.sorted() }

  /// Settles exactly once, whatever the method does.
  func call(_ name: String, _ values: [Any], settle: @escaping Settle) {
    let once = Once(settle)
    guard let method = methods[name] else {
      return once.settle(.failure(HardwareError(.unsupported, "Unexpected call \(name), expected one that iOS has.")))
    }
    // Others run beside each other. Cancelling waits for its turn: it ends the prompt that was asked for before it, and none
    // that is asked for after it.
    queue.async(flags: name == "cancelPrompt" ? .barrier : []) {
      do {
        try method(Arguments(of: name, values)) { once.settle($0) }
      } catch {
        once.settle(.failure(HardwareError(error)))
      }
    }
  }

  /// The app's JavaScript ends: no prompt stays open, no key stays in memory.
  func end() {
    prompts.cancel()
    handles.closeAll()
  }
}
