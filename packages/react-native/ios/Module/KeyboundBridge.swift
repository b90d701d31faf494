import Foundation

/// What the Objective-C++ shim holds: the hardware, and the events of the app's life.
@objc(KeyboundBridge)
public final class KeyboundBridge: NSObject {
  private let lifecycle: Lifecycle
  private let hardware: Result<KeyboundHardware, HardwareError>
  private let prompts: PromptOwner

  /// `tell` gets the type of each LifecycleEvent. On the main thread.
  @objc
  public init(tell: @escaping (String) -> Void) {
    let prompts = PromptOwner()
    let lifecycle = Lifecycle(prompts: prompts, tell: tell)
    self.prompts = prompts
    self.lifecycle = lifecycle
    hardware = Result {
      try KeyboundHardware(
        surroundings: try AppSurroundings.ofThisApp(), prompts: prompts,
        setScreenPrivacy: { [weak lifecycle] in lifecycle?.setScreenPrivacy($0) })
    }.mapError { HardwareError($0) }
    super.init()
    // As the config plugin wrote it; setScreenPrivacy changes it while the app runs.
    lifecycle.setScreenPrivacy(Bundle.main.infoDictionary?["KeyboundScreenPrivacy"] as? Bool ?? false)
    lifecycle.start()
  }

  /// Calls a method of SecureHardware: resolves or rejects once. `reject` gets the code, the message, and an error whose
  /// userInfo holds `nativeCode` where the system gave a number.
  @objc
  public func call(
    _ method: String, arguments: [Any], resolve: @escaping (Any?) -> Void,
    reject: @escaping (String, String, NSError) -> Void
  ) {
    let settle: KeyboundHardware.Settle = { result in
      switch result {
      case .success(let value): resolve(value)
      case .failure(let error): reject(error.code.rawValue, error.message, error.forReact)
      }
    }
    switch hardware {
    case .success(let hardware): hardware.call(method, arguments, settle: settle)
    case .failure(let error): settle(.failure(error))
    }
  }

  /// React Native gives the module up, as it does on every reload, on a thread of its own.
  @objc
  public func end() {
    DispatchQueue.main.async { [lifecycle] in lifecycle.stop() }
    if case .success(let hardware) = hardware { hardware.end() }
  }
}

extension HardwareError {
  /// React Native hands `userInfo` of this on to JavaScript.
  var forReact: NSError {
    NSError(
      domain: "dev.keybound", code: nativeCode ?? 0,
      userInfo: nativeCode.map { ["nativeCode": $0] } ?? [:])
  }
}
