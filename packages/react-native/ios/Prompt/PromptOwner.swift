import Foundation
import LocalAuthentication

/// Owns the one prompt that may be open. Every run settles once: with what it gave, or, when it is cancelled, at once,
/// without waiting for a system that may never answer.
final class PromptOwner {
  private let queue = DispatchQueue(label: "dev.keybound.prompt", qos: .userInitiated, attributes: .concurrent)
  private let lock = NSLock()
  private var open: (id: Int, context: LAContext, cancel: (HardwareError) -> Void)?
  private var count = 0

  /// Runs `operation` off the main thread with a fresh context: one that served before would skip the prompt for a while.
  /// Settles with `promptBusy` while another is open.
  func run<Value>(
    _ words: PromptWords, _ operation: @escaping (LAContext) throws -> Value,
    settle: @escaping (Result<Value, HardwareError>) -> Void
  ) {
    let once = Once(settle)
    let context = PromptOwner.context(words)
    lock.lock()
    guard open == nil else {
      lock.unlock()
      once.settle(
        .failure(HardwareError(.promptBusy, "Unexpected second prompt, expected one at a time. Wait for the first.")))
      return
    }
    count += 1
    let id = count
    open = (id, context, { once.settle(.failure($0)) })
    lock.unlock()
    queue.async {
      let result: Result<Value, HardwareError>
      do {
        result = .success(try operation(context))
      } catch {
        result = .failure(HardwareError(error))
      }
      self.close(id)
      context.invalidate()
      once.settle(result)
    }
  }

  /// Closes the prompt that is open; its run settles with `systemCanceled` before this returns.
  func cancel() {
    lock.lock()
    let closing = open
    open = nil
    lock.unlock()
    guard let closing else { return }
    closing.cancel(
      HardwareError(
        .systemCanceled, "Unexpected end of the prompt, expected an answer to it. Ask again.",
        nativeCode: LAError.Code.appCancel.rawValue))
    closing.context.invalidate()
  }

  var isOpen: Bool {
    lock.lock()
    defer { lock.unlock() }
    return open != nil
  }

  private func close(_ id: Int) {
    lock.lock()
    defer { lock.unlock() }
    if open?.id == id { open = nil }
  }

  private static func context(_ words: PromptWords) -> LAContext {
    let context = LAContext()
    context.localizedReason = words.reason
    context.localizedCancelTitle = words.cancel.isEmpty ? nil : words.cancel
    // Empty hides the button that leads to the passcode.
    context.localizedFallbackTitle = ""
    context.touchIDAuthenticationAllowableReuseDuration = 0
    return context
  }
}
