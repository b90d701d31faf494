import Foundation

/// What is read once of the app and the system it runs on; passed in, so that nothing else looks around.
struct AppSurroundings {
  /// `CFBundleIdentifier`.
  let bundleIdentifier: String
  /// Such as `26.1`.
  let systemVersion: String
  /// Whether Info.plist holds `NSFaceIDUsageDescription`: without it the first use of Face ID ends the app.
  let explainsFaceID: Bool
  /// Simulators have no Secure Enclave.
  let simulator: Bool
  /// Signed with `get-task-allow`, or on a simulator.
  let development: Bool
  /// Where this installation's files go; no backup takes it.
  let folder: URL
  let pins: PinnedDomains
}
