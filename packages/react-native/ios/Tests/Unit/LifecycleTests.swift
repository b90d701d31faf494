import UIKit
import XCTest

@testable import KeyboundReactNative

/// What the app's life brings to JavaScript, over one window that outlives modules.
final class LifecycleTests: XCTestCase {
  private let scene = UIWindowScene()
  private lazy var window = UIWindow(windowScene: scene)
  private var told: [String] = []

  override func setUp() {
    window.isHidden = false
    UIApplication.shared.connectedScenes = [scene]
  }

  override func tearDown() {
    UIApplication.shared.connectedScenes = []
  }

  private func start(_ name: String) -> Lifecycle {
    let lifecycle = Lifecycle(prompts: PromptOwner()) { self.told.append("\(name) \($0)") }
    lifecycle.start()
    return lifecycle
  }

  private func touch(at time: TimeInterval) {
    for recognizer in window.gestureRecognizers ?? [] { recognizer.touchesBegan([], with: UIEvent(timestamp: time)) }
  }

  private func post(_ name: Notification.Name) { NotificationCenter.default.post(name: name, object: nil) }

  func testATouchIsToldOncePerSecondAndWindow() {
    let lifecycle = start("it")
    post(UIApplication.didBecomeActiveNotification)
    told = []
    touch(at: 10)
    touch(at: 10.5)
    touch(at: 11)
    XCTAssertEqual(told, ["it activity", "it activity"])
    lifecycle.stop()
  }

  func testAfterAReloadTheNextModuleIsToldAndTheOneBeforeNoMore() {
    let first = start("first")
    first.stop()
    let second = start("second")
    touch(at: 10)
    post(UIApplication.userDidTakeScreenshotNotification)
    XCTAssertEqual(told, ["second activity", "second screenshot"])
    second.stop()
    XCTAssertEqual(window.gestureRecognizers, [])
  }

  func testTheOldModuleMayStopAfterTheNewOneStarted() {
    let first = start("first")
    let second = start("second")
    first.stop()
    touch(at: 10)
    XCTAssertEqual(told, ["second activity"])
    second.stop()
  }

  func testTheCoverIsOnInTheBackgroundAndGoneWithTheModule() {
    let lifecycle = start("it")
    lifecycle.setScreenPrivacy(true)
    post(UIApplication.willResignActiveNotification)
    post(UIApplication.didEnterBackgroundNotification)
    XCTAssertEqual(scene.windows.filter { !$0.isHidden }.count, 2)
    lifecycle.stop()
    XCTAssertEqual(scene.windows.filter { !$0.isHidden }, [window])
  }
}
