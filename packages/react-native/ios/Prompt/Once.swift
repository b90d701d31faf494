import Foundation

/// Lets the first answer through and drops the rest.
final class Once<Answer> {
  private let lock = NSLock()
  private var waiting: ((Answer) -> Void)?

  init(_ settle: @escaping (Answer) -> Void) {
    waiting = settle
  }

  func settle(_ answer: Answer) {
    lock.lock()
    let settle = waiting
    waiting = nil
    lock.unlock()
    settle?(answer)
  }
}
