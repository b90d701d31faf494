import Foundation

/// An open file. Its calls are those that say when bytes are really on the disk, which Foundation's are not.
struct Descriptor {
  private let number: Int32

  /// Nil where there is no such file.
  static func open(_ path: String, _ flags: Int32) throws -> Descriptor? {
    let number = Foundation.open(path, flags | O_CLOEXEC, 0o600)
    if number >= 0 { return Descriptor(number: number) }
    guard errno == ENOENT else { throw FileStore.failed(errno) }
    return nil
  }

  /// Makes names that were added, moved or removed last through a loss of power.
  static func sync(folder: String) throws {
    guard let descriptor = try open(folder, O_RDONLY) else { throw FileStore.failed(ENOENT) }
    defer { descriptor.close() }
    try descriptor.sync()
  }

  func read(at offset: Int, _ length: Int) throws -> Data {
    var bytes = Data(count: length)
    var filled = 0
    while filled < length {
      let count = bytes.withUnsafeMutableBytes { buffer in
        pread(number, buffer.baseAddress.map { $0 + filled }, length - filled, off_t(offset + filled))
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw FileStore.failed(errno) }
      if count == 0 { break }
      filled += count
    }
    return bytes.prefix(filled)
  }

  /// All bytes at the end and synced, or the file as it was.
  func append(_ bytes: Data) throws {
    let end = lseek(number, 0, SEEK_END)
    guard end >= 0 else { throw FileStore.failed(errno) }
    do {
      try write(bytes)
      try sync()
    } catch {
      _ = ftruncate(number, end)
      throw error
    }
  }

  func close() { _ = Foundation.close(number) }

  private func write(_ bytes: Data) throws {
    var rest = bytes
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(number, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw FileStore.failed(errno) }
      rest = rest.dropFirst(count)
    }
  }

  private func sync() throws {
    #if canImport(Darwin)
      // fsync leaves bytes in the drive's cache. Where a file system has no such call, it is the best there is.
      if fcntl(number, F_FULLFSYNC) == 0 { return }
    #endif
    guard fsync(number) == 0 else { throw FileStore.failed(errno) }
  }
}
