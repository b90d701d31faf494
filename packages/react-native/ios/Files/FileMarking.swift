import Foundation

/// What iOS is told of our files.
protocol FileMarking {
  /// Keeps a folder out of backups. A hint to the system, not a promise of it: what lies here is encrypted by us as well.
  func exclude(_ folder: URL) throws
  /// When the system may decrypt a file.
  func protect(_ path: String, _ protection: FileProtectionType) throws
}

/// Tells iOS.
struct SystemFileMarking: FileMarking {
  func exclude(_ folder: URL) throws {
    var folder = folder
    var values = URLResourceValues()
    values.isExcludedFromBackup = true
    try folder.setResourceValues(values)
  }

  func protect(_ path: String, _ protection: FileProtectionType) throws {
    try FileManager.default.setAttributes([.protectionKey: protection], ofItemAtPath: path)
  }
}
