import Foundation
import UIKit

/// Tells what happens to the app, and does what must be done at once: cover it, close the prompt.
final class Lifecycle {
  private let cover = PrivacyCover()
  private let prompts: PromptOwner
  private let tell: (String) -> Void
  private var observers: [NSObjectProtocol] = []
  /// One for each window.
  private var touches: [ActivityWatch] = []

  /// `tell` gets the type of a `LifecycleEvent`, on the main thread.
  init(prompts: PromptOwner, tell: @escaping (String) -> Void) {
    self.prompts = prompts
    self.tell = tell
  }

  /// On the main thread.
  func start() {
    on(UIApplication.didBecomeActiveNotification) { $0.becameActive() }
    on(UIApplication.willResignActiveNotification) { $0.becameInactive() }
    on(UIApplication.didEnterBackgroundNotification) { $0.enteredBackground() }
    on(UIApplication.userDidTakeScreenshotNotification) { $0.tell("screenshot") }
    watchTouches()
  }

  /// Leaves the windows as they were found, for the module that comes next.
  func stop() {
    for observer in observers { NotificationCenter.default.removeObserver(observer) }
    observers = []
    for watch in touches { watch.view?.removeGestureRecognizer(watch) }
    touches = []
    cover.set(false)
  }

  func setScreenPrivacy(_ on: Bool) { cover.set(on) }

  private func becameActive() {
    cover.becameActive()
    watchTouches()
    tell("active")
  }

  private func becameInactive() {
    cover.becameInactive(ownPrompt: prompts.isOpen)
    tell("inactive")
  }

  private func enteredBackground() {
    cover.enteredBackground()
    prompts.cancel()
    tell("background")
  }

  /// Windows come and go; each is watched once.
  private func watchTouches() {
    touches.removeAll { $0.view == nil }
    for scene in UIApplication.shared.connectedScenes.compactMap({ $0 as? UIWindowScene }) {
      for window in scene.windows where !touches.contains(where: { $0.view === window }) {
        let watch = ActivityWatch { [weak self] in self?.tell("activity") }
        window.addGestureRecognizer(watch)
        touches.append(watch)
      }
    }
  }

  private func on(_ name: Notification.Name, _ act: @escaping (Lifecycle) -> Void) {
    // No queue: it runs inside the notification, so before the system goes on to its picture.
    observers.append(
      NotificationCenter.default.addObserver(forName: name, object: nil, queue: nil) { [weak self] _ in
        if let self { act(self) }
      })
  }
}
