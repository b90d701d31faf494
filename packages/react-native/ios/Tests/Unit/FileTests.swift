import XCTest

@testable import KeyboundReactNative

final class FileTests: XCTestCase {
  private final class Marks: FileMarking {
    var excluded: [String] = []
    var protected: [FileProtectionType] = []
    func exclude(_ folder: URL) { excluded.append(folder.path) }
    func protect(_ path: String, _ protection: FileProtectionType) { protected.append(protection) }
  }

  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

  override func tearDown() { try? FileManager.default.removeItem(at: folder) }

  func testFilesAreKeptFromBackupsAndEncryptedWhileLocked() throws {
    let marks = Marks()
    let files = try FileStore(folder: folder, marking: marks)
    try files.write("box", Data([1, 2]), append: false)
    XCTAssertEqual(marks.excluded, [folder.path])
    XCTAssertEqual(marks.protected.map(\.rawValue), [FileProtectionType.complete.rawValue])
  }

  func testHalfWrittenFilesOfAnEarlierRunAreRemovedAndNeverListed() throws {
    _ = try FileStore(folder: folder, marking: Marks())
    let rest = folder.appendingPathComponent(".writing-box")
    try Data([9]).write(to: rest)
    let files = try FileStore(folder: folder, marking: Marks())
    XCTAssertFalse(FileManager.default.fileExists(atPath: rest.path))
    XCTAssertEqual(try files.list(prefix: ""), [])
  }

  func testInstallationStaysUntilItsFolderGoes() throws {
    let first = try Installation(files: FileStore(folder: folder, marking: Marks())).id()
    XCTAssertEqual(try Installation(files: FileStore(folder: folder, marking: Marks())).id(), first)
    try FileManager.default.removeItem(at: folder)
    XCTAssertNotEqual(try Installation(files: FileStore(folder: folder, marking: Marks())).id(), first)
  }
}
