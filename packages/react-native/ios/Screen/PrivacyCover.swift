import UIKit

/// Covers the app before the system takes its picture for the task switcher. The cover is a window of its own above all
/// others: a modal is a window too, and would lie above a mere view. Used on the main thread only.
///
/// iOS lets no app keep itself out of screenshots; that one was taken is told as an event.
final class PrivacyCover {
  private var covers: [UIWindow] = []
  private(set) var isOn = false

  func set(_ on: Bool) {
    isOn = on
    if !on { remove() }
  }

  /// The app loses the screen. Under a prompt of ours it only seems to: the cover would flash behind every touch.
  func becameInactive(ownPrompt: Bool) {
    if !ownPrompt { put() }
  }

  /// The picture is taken when this returns.
  func enteredBackground() { put() }

  func becameActive() { remove() }

  private func put() {
    guard isOn, covers.isEmpty else { return }
    covers = UIApplication.shared.connectedScenes.compactMap { $0 as? UIWindowScene }.map { scene in
      let window = UIWindow(windowScene: scene)
      window.windowLevel = UIWindow.Level(rawValue: UIWindow.Level.alert.rawValue + 1)
      window.rootViewController = UIViewController()
      window.rootViewController?.view.backgroundColor = .systemBackground
      window.isHidden = false
      return window
    }
  }

  private func remove() {
    for window in covers { window.isHidden = true }
    covers = []
  }
}
