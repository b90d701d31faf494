import Foundation
import UIKit

extension AppSurroundings {
  /// Of the app that runs this. On the main thread.
  static func ofThisApp() throws -> AppSurroundings {
    let info = Bundle.main.infoDictionary ?? [:]
    let profile = Bundle.main.url(forResource: "embedded", withExtension: "mobileprovision")
    let support = try FileManager.default.url(
      for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true)
    return AppSurroundings(
      bundleIdentifier: Bundle.main.bundleIdentifier ?? "",
      systemVersion: UIDevice.current.systemVersion,
      explainsFaceID: !(info["NSFaceIDUsageDescription"] as? String ?? "").isEmpty,
      simulator: isSimulator,
      development: isSimulator || ProvisioningProfile.allowsDebugging(profile.flatMap { try? Data(contentsOf: $0) }),
      folder: support.appendingPathComponent("dev.keybound", isDirectory: true),
      pins: PinnedDomains(infoDictionary: info))
  }

  private static var isSimulator: Bool {
    #if targetEnvironment(simulator)
      return true
    #else
      return false
    #endif
  }
}
