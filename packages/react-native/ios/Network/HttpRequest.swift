import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// `HardwareRequest` of @keybound/phone, judged before anything is sent.
struct HttpRequest {
  private static let methods: Set<String> = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]
  private static let longestTimeout = 120_000
  private static let mostBytes = 8_388_608
  private static let loopback: Set<String> = ["localhost", "127.0.0.1", "::1", "[::1]"]

  let host: String
  let url: URLRequest
  /// Seconds for the whole exchange.
  let timeout: TimeInterval
  let maxBytes: Int

  /// Throws `invalidArgument`, also for plain HTTP: it is for loopback in development only.
  init(_ members: Members, development: Bool) throws {
    let method = try members.text("method")
    guard HttpRequest.methods.contains(method) else { throw HardwareError.argument("method", "GET, POST, …") }
    guard let url = URL(string: try members.text("url")), let host = url.host, url.user == nil else {
      throw HardwareError.argument("address", "an absolute one without user")
    }
    let scheme = url.scheme?.lowercased()
    let plainAllowed = development && HttpRequest.loopback.contains(host)
    guard scheme == "https" || (scheme == "http" && plainAllowed) else {
      throw HardwareError.argument("address", "https, or http to loopback in development")
    }
    let timeout = try members.whole("timeout")
    maxBytes = try members.whole("maxBytes")
    guard (1...HttpRequest.longestTimeout).contains(timeout) else {
      throw HardwareError.argument("timeout", "1 to 120000 milliseconds")
    }
    guard (1...HttpRequest.mostBytes).contains(maxBytes) else {
      throw HardwareError.argument("maxBytes", "1 to 8388608")
    }
    self.host = host
    self.timeout = TimeInterval(timeout) / 1000
    var request = URLRequest(url: url, cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: self.timeout)
    request.httpMethod = method
    request.httpShouldHandleCookies = false
    for header in try members.list("headers") {
      let (name, value) = (try header.text("name"), try header.text("value"))
      guard HttpRequest.isHeader(name, value) else {
        throw HardwareError.argument("header", "visible ASCII on one line")
      }
      request.setValue(value, forHTTPHeaderField: name)
    }
    let body = try members.bytes("body")
    if !body.isEmpty { request.httpBody = body }
    self.url = request
  }

  private static func isHeader(_ name: String, _ value: String) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != 0x3a }
      && value.utf8.allSatisfy { (0x20...0x7e).contains($0) || $0 == 0x09 }
  }
}
