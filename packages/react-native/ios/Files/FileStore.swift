import Foundation

/// Files of the app in one folder that no backup takes and that iOS encrypts while the device is locked.
final class FileStore {
  static let most = 1_048_576
  private static let halfWritten = ".writing-"

  private let folder: URL
  private let marking: FileMarking
  private let lock = NSLock()

  /// Makes the folder where there is none, and removes what an earlier run left half written.
  init(folder: URL, marking: FileMarking = SystemFileMarking()) throws {
    self.folder = folder
    self.marking = marking
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try marking.exclude(folder)
      for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
      where name.hasPrefix(FileStore.halfWritten) {
        try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
      }
    } catch {
      throw FileStore.failed(error)
    }
  }

  /// Nil where there is no such file; fewer bytes than asked for at its end.
  func read(_ name: String, offset: Int, length: Int) throws -> Data? {
    try Names.check(file: name)
    guard (1...FileStore.most).contains(length) else {
      throw HardwareError.argument("length", "1 to \(FileStore.most) bytes")
    }
    guard let file = try Descriptor.open(path(name), O_RDONLY) else { return nil }
    defer { file.close() }
    return try file.read(at: offset, length)
  }

  /// Whole and synced when it returns. What is new is written beside and renamed; what is appended and fails is cut off
  /// again.
  func write(_ name: String, _ bytes: Data, append: Bool) throws {
    try Names.check(file: name)
    guard bytes.count <= FileStore.most else {
      throw HardwareError.argument("length", "at most \(FileStore.most) bytes")
    }
    lock.lock()
    defer { lock.unlock() }
    if append, let file = try Descriptor.open(path(name), O_WRONLY) {
      defer { file.close() }
      try file.append(bytes)
      return
    }
    try replace(name, bytes, protection: .complete)
  }

  func rename(_ from: String, _ to: String) throws {
    try Names.check(file: from)
    try Names.check(file: to)
    lock.lock()
    defer { lock.unlock() }
    try move(path(from), path(to))
  }

  func delete(_ name: String) throws {
    try Names.check(file: name)
    lock.lock()
    defer { lock.unlock() }
    try remove(name)
  }

  func list(prefix: String) throws -> [String] {
    try names().filter { !$0.hasPrefix(".") && $0.hasPrefix(prefix) }
  }

  /// Files of our own, out of reach of names: theirs begin with a point. Readable from the first unlock on.
  func readPrivate(_ name: String) throws -> Data? {
    guard let file = try Descriptor.open(path(name), O_RDONLY) else { return nil }
    defer { file.close() }
    return try file.read(at: 0, FileStore.most)
  }

  func writePrivate(_ name: String, _ bytes: Data) throws {
    lock.lock()
    defer { lock.unlock() }
    try replace(name, bytes, protection: .completeUntilFirstUserAuthentication)
  }

  func deletePrivate(_ name: String) throws {
    lock.lock()
    defer { lock.unlock() }
    try remove(name)
  }

  func listPrivate(prefix: String) throws -> [String] { try names().filter { $0.hasPrefix(prefix) } }

  private func names() throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    } catch {
      throw FileStore.failed(error)
    }
  }

  private func remove(_ name: String) throws {
    guard unlink(path(name)) != 0 else { return try Descriptor.sync(folder: folder.path) }
    guard errno == ENOENT else { throw FileStore.failed(errno) }
  }

  private func replace(_ name: String, _ bytes: Data, protection: FileProtectionType) throws {
    let beside = path(FileStore.halfWritten + name)
    do {
      guard let file = try Descriptor.open(beside, O_WRONLY | O_CREAT | O_TRUNC) else {
        throw FileStore.failed(ENOENT)
      }
      defer { file.close() }
      // Before the first byte, so that nothing is ever written less protected.
      try marking.protect(beside, protection)
      try file.append(bytes)
      try move(beside, path(name))
    } catch {
      unlink(beside)
      throw FileStore.failed(error)
    }
  }

  private func move(_ from: String, _ to: String) throws {
    guard Foundation.rename(from, to) == 0 else { throw FileStore.failed(errno) }
    try Descriptor.sync(folder: folder.path)
  }

  private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  static func failed(_ error: Error) -> HardwareError {
    if let known = error as? HardwareError { return known }
    return failed(Int32(truncatingIfNeeded: (error as NSError).code))
  }

  /// EPERM is what a protected file answers while the device is locked.
  static func failed(_ number: Int32) -> HardwareError {
    number == EPERM
      ? HardwareError(
        .deviceLocked, "Unexpected locked device, expected it unlocked. Try again later.", nativeCode: Int(number))
      : HardwareError(
        .storageFailed, "Unexpected failure of the file system, expected success. Free some space and try again.",
        nativeCode: Int(number))
  }
}
