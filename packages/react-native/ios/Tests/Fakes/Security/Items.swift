import FakeSystem
import Foundation

public func SecItemCopyMatching(_ query: CFDictionary, _ result: UnsafeMutablePointer<CFTypeRef?>?) -> OSStatus {
  status {
    let query = query as? [String: Any] ?? [:]
    let all = query[kSecMatchLimit as String] as? String == kSecMatchLimitAll as String
    switch (query[kSecClass as String] as? String, all) {
    case ("keys", true):
      let tags = try FakeSystem.call("key.list")["tags"] as? [String] ?? []
      guard !tags.isEmpty else { throw SystemFailure("OSStatus", -25300) }
      result?.pointee = tags.map { [kSecAttrApplicationTag as String: Data($0.utf8)] } as NSArray
    case ("keys", false): result?.pointee = try findKey(query)
    case ("genp", true):
      let service = "\(query[kSecAttrService as String] ?? "")/"
      let accounts = (try index()).filter { $0.hasPrefix(service) }
      guard !accounts.isEmpty else { throw SystemFailure("OSStatus", -25300) }
      result?.pointee = accounts.map { [kSecAttrAccount as String: String($0.dropFirst(service.count))] } as NSArray
    case ("genp", false): result?.pointee = try findItem(query)
    default: throw SystemFailure("OSStatus", -50)
    }
  }
}

public func SecItemAdd(_ attributes: CFDictionary, _ result: UnsafeMutablePointer<CFTypeRef?>?) -> OSStatus {
  status {
    let item = attributes as? [String: Any] ?? [:]
    // Only what is neither synchronized nor restored elsewhere is modelled; anything else is a mistake here.
    guard item[kSecClass as String] as? String == "genp", let value = item[kSecValueData as String] as? Data,
      item[kSecAttrAccessible as String] as? String == kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly as String
    else { throw SystemFailure("OSStatus", -50) }
    let account = name(of: item)
    if let kept = try FakeSystem.call("item.get", ["account": account])["bytes"], !(kept is NSNull) {
      throw SystemFailure("OSStatus", -25299)
    }
    _ = try FakeSystem.call("item.set", ["account": account, "bytes": FakeSystem.encode(value)])
    try setIndex(try index() + [account])
  }
}

public func SecItemDelete(_ query: CFDictionary) -> OSStatus {
  status {
    let query = query as? [String: Any] ?? [:]
    if query[kSecClass as String] as? String == "keys" {
      guard let tag = query[kSecAttrApplicationTag as String] as? Data else { throw SystemFailure("OSStatus", -50) }
      _ = try FakeSystem.call("key.delete", ["tag": text(tag)])
    } else {
      let account = name(of: query)
      _ = try FakeSystem.call("item.delete", ["account": account])
      try setIndex(try index().filter { $0 != account })
    }
  }
}

public struct SecRandomRef: Sendable {}
public let kSecRandomDefault: SecRandomRef? = nil

public func SecRandomCopyBytes(_ rnd: SecRandomRef?, _ count: Int, _ bytes: UnsafeMutableRawPointer) -> Int32 {
  bytes.copyMemory(from: [UInt8](FakeCrypto.random(count)), byteCount: count)
  return errSecSuccess
}

private func findKey(_ query: [String: Any]) throws -> SecKey {
  guard let tag = query[kSecAttrApplicationTag as String] as? Data, query[kSecReturnRef as String] as? Bool == true
  else { throw SystemFailure("OSStatus", -50) }
  let context = query[kSecUseAuthenticationContext as String] as? FakeAuthentication
  let found = try FakeSystem.call(
    "key.find", ["tag": text(tag), "interactionNotAllowed": context?.interactionNotAllowed ?? false])
  guard let point = FakeSystem.decode(found["publicKey"]) else { throw SystemFailure("OSStatus", -50) }
  return SecKey(tag: text(tag), point: point, secureEnclave: true, context: context)
}

private func findItem(_ query: [String: Any]) throws -> CFTypeRef {
  let found = try FakeSystem.call("item.get", ["account": name(of: query)])
  guard let value = FakeSystem.decode(found["bytes"]) else { throw SystemFailure("OSStatus", -25300) }
  if query[kSecReturnData as String] as? Bool == true { return value as CFData }
  let app = try FakeSystem.call("app.info")["appId"] as? String ?? ""
  return [kSecAttrAccessGroup as String: app] as NSDictionary
}

private func name(of item: [String: Any]) -> String {
  "\(item[kSecAttrService as String] ?? "")/\(item[kSecAttrAccount as String] ?? "")"
}

private func status(_ body: () throws -> Void) -> OSStatus {
  do {
    try body()
    return errSecSuccess
  } catch let failure {
    return OSStatus((failure as? SystemFailure)?.number ?? -1)
  }
}

// The phone gives items by their account only; which there are is kept in one more.
private let indexAccount = "index of accounts"

private func index() throws -> [String] {
  guard let kept = FakeSystem.decode(try FakeSystem.call("item.get", ["account": indexAccount])["bytes"]) else {
    return []
  }
  return String(decoding: kept, as: UTF8.self).split(separator: "\n").map(String.init)
}

private func setIndex(_ accounts: [String]) throws {
  let bytes = FakeSystem.encode(Data(accounts.joined(separator: "\n").utf8))
  _ = try FakeSystem.call("item.set", ["account": indexAccount, "bytes": bytes])
}
