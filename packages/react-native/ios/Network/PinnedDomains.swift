import Foundation

/// `NSPinnedDomains` of Info.plist, which iOS itself enforces for every connection of the app. It is read here too, so
/// that a wrong key is told from a broken network, and so that pins whose time is over refuse instead of opening.
struct PinnedDomains {
  struct Pins: Equatable {
    /// SHA-256 of SubjectPublicKeyInfo: of the server's own certificate, or of any above it.
    let leaf: Set<Data>
    let authority: Set<Data>
    let includesSubdomains: Bool
  }

  private let domains: [String: Pins]
  /// `YYYY-MM-DD`, UTC: the last day on which the pins hold. Nil for no end.
  private let lastDay: String?

  init(domains: [String: Pins] = [:], lastDay: String? = nil) {
    self.domains = domains
    self.lastDay = lastDay
  }

  init(infoDictionary info: [String: Any]) {
    let security = info["NSAppTransportSecurity"] as? [String: Any]
    let listed = security?["NSPinnedDomains"] as? [String: [String: Any]] ?? [:]
    self.init(
      domains: listed.reduce(into: [:]) { domains, entry in
        domains[entry.key.lowercased()] = Pins(
          leaf: PinnedDomains.hashes(entry.value["NSPinnedLeafIdentities"]),
          authority: PinnedDomains.hashes(entry.value["NSPinnedCAIdentities"]),
          includesSubdomains: entry.value["NSIncludesSubdomains"] as? Bool ?? false)
      },
      lastDay: info["KeyboundPinExpiry"] as? String)
  }

  /// The pins of a host: its own, else those of the nearest domain above that includes its subdomains.
  func pins(for host: String) -> Pins? {
    let host = host.lowercased()
    if let own = domains[host] { return own }
    var labels = host.split(separator: ".", omittingEmptySubsequences: false)
    while labels.count > 1 {
      labels.removeFirst()
      if let above = domains[labels.joined(separator: ".")] { return above.includesSubdomains ? above : nil }
    }
    return nil
  }

  /// Throws `pinMismatch` for a pinned host after the last day.
  func requireCurrent(for host: String, now: Date) throws {
    guard let lastDay, pins(for: host) != nil, PinnedDomains.day(of: now) > lastDay else { return }
    throw HardwareError(
      .pinMismatch, "Unexpected pins whose time is over, expected current ones. Install the newest version of the app.")
  }

  /// Whether a chain, leaf first, of which iOS already trusts every certificate, has a pinned key.
  static func accepts(_ chain: [Data], _ pins: Pins) -> Bool {
    guard let leaf = chain.first else { return false }
    return pins.leaf.contains(leaf) || !pins.authority.isDisjoint(with: chain)
  }

  private static func hashes(_ identities: Any?) -> Set<Data> {
    let list = identities as? [[String: Any]] ?? []
    return Set(list.compactMap { ($0["SPKI-SHA256-BASE64"] as? String).flatMap { Data(base64Encoded: $0) } })
  }

  private static func day(of date: Date) -> String {
    var calendar = Calendar(identifier: .iso8601)
    calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? calendar.timeZone
    let parts = calendar.dateComponents([.year, .month, .day], from: date)
    return String(format: "%04d-%02d-%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
  }
}
