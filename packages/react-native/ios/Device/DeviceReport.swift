import DeviceCheck
import Foundation

/// `DeviceDescription` of @keybound/phone.
struct DeviceReport {
  let surroundings: AppSurroundings
  let installation: Installation

  func describe() throws -> [String: Any] {
    let available = Availability.now(explainsFaceID: surroundings.explainsFaceID)
    let id = surroundings.bundleIdentifier
    return [
      "platform": "ios",
      "systemVersion": surroundings.systemVersion,
      "appId": TeamPrefix.read().map { "\($0).\(id)" } ?? id,
      "signingDigests": [String](),
      "biometry": available.biometry,
      "status": available.status.rawValue,
      "screenLock": available.screenLock,
      "keyLevels": [(surroundings.simulator ? KeyLevel.software : KeyLevel.secureEnclave).rawValue],
      "appIntegrity": DCAppAttestService.shared.isSupported,
      "installation": try installation.id(),
      "development": surroundings.development || surroundings.simulator,
    ]
  }
}
