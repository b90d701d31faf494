import FakeSystem
import Foundation
import UIKit

@testable import KeyboundReactNative

// The module's Swift as a process: SecureHardware over its standard input and output, the phone over a socket.
//   Harness PORT TOKEN
let arguments = CommandLine.arguments
guard arguments.count == 3, let port = UInt16(arguments[1]) else { fatalError("Harness PORT TOKEN") }

let output = NSLock()
@Sendable func tell(_ message: [String: Any]) {
  guard var line = try? JSONSerialization.data(withJSONObject: message) else { return }
  line.append(0x0a)
  output.lock()
  FileHandle.standardOutput.write(line)
  output.unlock()
}

/// Where the notifications of the phone's life end up.
let events: [String: Notification.Name] = [
  "active": UIApplication.didBecomeActiveNotification, "inactive": UIApplication.willResignActiveNotification,
  "background": UIApplication.didEnterBackgroundNotification,
]

FakeSystem.backend = try SocketPhone(port: port, token: arguments[2]) { event, data in
  DispatchQueue.main.async {
    switch event {
    case "lifecycle":
      if let name = events[data["state"] as? String ?? ""] { NotificationCenter.default.post(name: name, object: nil) }
    case "screenshot":
      NotificationCenter.default.post(name: UIApplication.userDidTakeScreenshotNotification, object: nil)
    case "touch":
      let event = UIEvent(timestamp: ProcessInfo.processInfo.systemUptime)
      for case let scene as UIWindowScene in UIApplication.shared.connectedScenes {
        for recognizer in scene.windows.flatMap({ $0.gestureRecognizers ?? [] }) {
          recognizer.touchesBegan([], with: event)
        }
      }
    default: break
    }
  }
}

/// The system's part in a write, which the runner may have fail once.
final class Marks: FileMarking, @unchecked Sendable {
  private let lock = NSLock()
  private var number: Int?
  func failNext(_ number: Int) { lock.withLock { self.number = number } }
  func exclude(_ folder: URL) {}
  func protect(_ path: String, _ protection: FileProtectionType) throws {
    let failing = lock.withLock { () -> Int? in
      defer { number = nil }
      return number
    }
    if let failing { throw NSError(domain: NSPOSIXErrorDomain, code: failing) }
  }
}
let marks = Marks()

let scene = UIWindowScene()
_ = UIWindow(windowScene: scene)
UIApplication.shared.connectedScenes = [scene]

let info = try FakeSystem.call("app.info")
let appId = info["appId"] as? String ?? ""
guard let folders = info["folders"] as? [String: String], let folder = folders["noBackup"] else {
  fatalError("Unexpected phone without a disk, expected the folders of its app.")
}
let prompts = PromptOwner()
let lifecycle = Lifecycle(prompts: prompts) { tell(["lifecycle": ["type": $0]]) }
let hardware = try KeyboundHardware(
  surroundings: AppSurroundings(
    bundleIdentifier: appId.split(separator: ".", maxSplits: 1).last.map(String.init) ?? "",
    systemVersion: info["systemVersion"] as? String ?? "",
    explainsFaceID: info["faceIdUsageDescription"] as? Bool ?? false,
    simulator: info["simulator"] as? Bool ?? false, development: info["debuggable"] as? Bool ?? false,
    folder: URL(fileURLWithPath: folder),
    pins: PinnedDomains()),
  prompts: prompts, marking: marks, setScreenPrivacy: { lifecycle.setScreenPrivacy($0) })
lifecycle.start()
tell(["ready": true])

Thread.detachNewThread {
  LineReader(0).readLines { line in
    guard let message = try? JSONSerialization.jsonObject(with: line) as? [String: Any] else { return }
    if let number = message["failNextWrite"] as? Int { marks.failNext(number) }
    guard let id = message["id"] as? Int,
      let method = message["method"] as? String
    else { return }
    hardware.call(method, message["args"] as? [Any] ?? []) { result in
      switch result {
      case .success(let value): tell(["id": id, "value": value ?? NSNull()])
      case .failure(let error):
        var told: [String: Any] = ["code": error.code.rawValue, "message": error.message]
        if let number = error.nativeCode { told["nativeCode"] = number }
        tell(["id": id, "error": told])
      }
    }
  }
  exit(0)
}
dispatchMain()
