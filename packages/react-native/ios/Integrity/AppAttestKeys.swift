import Foundation

/// Ids of App Attest keys by the name they were asked for. In files, not in the keychain: the keys do not survive the
/// app's removal, and an id without its key is worth nothing.
struct AppAttestKeys {
  struct Entry: Codable, Equatable {
    let keyId: String
    var attested: Bool
  }

  let files: FileStore

  func read(_ name: String) throws -> Entry? {
    guard let bytes = try files.readPrivate(file(name)) else { return nil }
    return try? JSONDecoder().decode(Entry.self, from: bytes)
  }

  func write(_ name: String, _ entry: Entry) throws {
    try files.writePrivate(file(name), try JSONEncoder().encode(entry))
  }

  func forget(_ name: String) throws { try files.deletePrivate(file(name)) }

  /// The name a key id was made for.
  func name(of keyId: String) throws -> String? {
    for file in try files.listPrivate(prefix: prefix) {
      let name = String(file.dropFirst(prefix.count))
      if try read(name)?.keyId == keyId { return name }
    }
    return nil
  }

  private let prefix = ".attest-"
  private func file(_ name: String) -> String { prefix + name }

  init(files: FileStore) {
    self.files = files
  }
}
