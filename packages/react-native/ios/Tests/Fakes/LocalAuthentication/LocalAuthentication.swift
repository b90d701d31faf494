import FakeSystem
import Foundation

public enum LAPolicy: Int {
  case deviceOwnerAuthenticationWithBiometrics = 1
  case deviceOwnerAuthentication = 2
}

public enum LABiometryType: Int {
  case none = 0
  case touchID = 1
  case faceID = 2
  case opticID = 4
}

public struct LAError: Error {
  public static var errorDomain: String { "com.apple.LocalAuthentication" }

  public enum Code: Int {
    case authenticationFailed = -1
    case userCancel = -2
    case userFallback = -3
    case systemCancel = -4
    case passcodeNotSet = -5
    case biometryNotAvailable = -6
    case biometryNotEnrolled = -7
    case biometryLockout = -8
    case appCancel = -9
    case invalidContext = -10
    case companionNotAvailable = -11
    case biometryNotPaired = -12
    case biometryDisconnected = -13
    case invalidDimensions = -14
    case notInteractive = -1004
  }
}

open class LAContext: NSObject {
  public var localizedReason: String = ""
  public var localizedCancelTitle: String?
  public var localizedFallbackTitle: String?
  public var interactionNotAllowed: Bool = false
  public var touchIDAuthenticationAllowableReuseDuration: TimeInterval = 0
  public private(set) var biometryType: LABiometryType = .none
  private let lock = NSLock()
  private var made: String?
  /// Of the phone; one thread may use it while another invalidates it.
  private var context: String {
    lock.lock()
    defer { lock.unlock() }
    let context = made ?? (try? FakeSystem.call("la.context")["context"] as? String) ?? ""
    made = context
    return context
  }

  public func canEvaluatePolicy(_ policy: LAPolicy, error: UnsafeMutablePointer<NSError?>?) -> Bool {
    let owner = policy == .deviceOwnerAuthentication
    defer { if !owner { readType() } }
    do {
      _ = try FakeSystem.call("la.canEvaluate", ["context": context, "policy": owner ? "owner" : "biometrics"])
      return true
    } catch let failure {
      error?.pointee = (failure as? SystemFailure)?.error ?? failure as NSError
      return false
    }
  }

  public func invalidate() {
    _ = try? FakeSystem.call("la.invalidate", ["context": context])
  }

  private func readType() {
    let name = try? FakeSystem.call("la.biometryType", ["context": context])["biometryType"] as? String
    biometryType = ["touchID": .touchID, "faceID": .faceID][name ?? ""] ?? .none
  }
}

extension LAContext: FakeAuthentication {
  public var systemContext: String { context }
}
