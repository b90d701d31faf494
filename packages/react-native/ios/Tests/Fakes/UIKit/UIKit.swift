import Foundation

// As much of UIKit as covers an app and hears of its life. Windows keep to what a test can look at.

open class UIResponder: NSObject {}

public final class UIColor: NSObject {
  nonisolated(unsafe) public static let systemBackground = UIColor()
}

open class UIView: UIResponder {
  public var backgroundColor: UIColor?
  public var isHidden: Bool = false
  public private(set) var gestureRecognizers: [UIGestureRecognizer]?
  public func addGestureRecognizer(_ gestureRecognizer: UIGestureRecognizer) {
    gestureRecognizers = (gestureRecognizers ?? []) + [gestureRecognizer]
    gestureRecognizer.view = self
  }
  public func removeGestureRecognizer(_ gestureRecognizer: UIGestureRecognizer) {
    gestureRecognizers?.removeAll { $0 === gestureRecognizer }
    gestureRecognizer.view = nil
  }
}

open class UIViewController: UIResponder {
  public var view: UIView! = UIView()
}

open class UIScene: UIResponder {}

open class UIWindowScene: UIScene {
  public var windows: [UIWindow] = []
}

open class UIWindow: UIView {
  public struct Level: RawRepresentable, Sendable {
    public let rawValue: Double
    public init(rawValue: Double) { self.rawValue = rawValue }
    public static let normal = Level(rawValue: 0)
    public static let alert = Level(rawValue: 2000)
  }

  public var windowLevel: Level = .normal
  public var rootViewController: UIViewController?
  public weak var windowScene: UIWindowScene?

  public init(windowScene: UIWindowScene) {
    self.windowScene = windowScene
    super.init()
    isHidden = true
    windowScene.windows.append(self)
  }
}

open class UIApplication: UIResponder {
  nonisolated(unsafe) public static let shared = UIApplication()
  public var connectedScenes: Set<UIScene> = []

  public static let didBecomeActiveNotification = Notification.Name("UIApplicationDidBecomeActiveNotification")
  public static let willResignActiveNotification = Notification.Name("UIApplicationWillResignActiveNotification")
  public static let didEnterBackgroundNotification = Notification.Name("UIApplicationDidEnterBackgroundNotification")
  public static let userDidTakeScreenshotNotification = Notification.Name(
    "UIApplicationUserDidTakeScreenshotNotification")
}

public final class UITouch: NSObject {}

public final class UIEvent: NSObject {
  public let timestamp: TimeInterval
  public init(timestamp: TimeInterval) { self.timestamp = timestamp }
}

public struct Selector: Sendable {}

open class UIGestureRecognizer: NSObject {
  public enum State: Int {
    case possible = 0
    case began = 1
    case changed = 2
    case ended = 3
    case cancelled = 4
    case failed = 5
  }

  open var state: State = .possible
  public internal(set) weak var view: UIView?
  open var cancelsTouchesInView: Bool = true
  open var delaysTouchesBegan: Bool = false
  open var delaysTouchesEnded: Bool = true

  public init(target: Any?, action: Selector?) {}
  open func touchesBegan(_ touches: Set<UITouch>, with event: UIEvent) {}
}

public final class UIDevice: NSObject {
  nonisolated(unsafe) public static let current = UIDevice()
  public var systemVersion: String { "26.1" }
}
