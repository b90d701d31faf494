import Foundation

/// The profile that an app outside the App Store carries.
enum ProvisioningProfile {
  /// Whether the app was signed for debugging. The property list inside the signed profile is plain text; apps of the App
  /// Store carry no profile and are never signed so.
  static func allowsDebugging(_ profile: Data?) -> Bool {
    guard let profile,
      let begin = profile.range(of: Data("<?xml".utf8)),
      let end = profile.range(of: Data("</plist>".utf8), in: begin.lowerBound..<profile.endIndex),
      let list = try? PropertyListSerialization.propertyList(
        from: profile.subdata(in: begin.lowerBound..<end.upperBound), options: [], format: nil) as? [String: Any],
      let entitlements = list["Entitlements"] as? [String: Any]
    else { return false }
    return entitlements["get-task-allow"] as? Bool ?? false
  }
}
