import Foundation
import UIKit

/// Notices that somebody touches the app, without ever taking the touch from it.
final class ActivityWatch: UIGestureRecognizer {
  /// One event a second says as much as a hundred.
  private static let pause: TimeInterval = 1
  private let noticed: () -> Void
  private var last = -ActivityWatch.pause

  init(_ noticed: @escaping () -> Void) {
    self.noticed = noticed
    super.init(target: nil, action: nil)
    cancelsTouchesInView = false
    delaysTouchesBegan = false
    delaysTouchesEnded = false
  }

  override func touchesBegan(_ touches: Set<UITouch>, with event: UIEvent) {
    // Failed at once, it neither delays nor prevents any other.
    state = .failed
    let now = event.timestamp
    guard now - last >= ActivityWatch.pause else { return }
    last = now
    noticed()
  }
}
