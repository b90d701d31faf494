import FakeSystem
import Foundation

/// The virtual phone over loopback: calls as lines of JSON, answers in any order, events in between.
final class SocketPhone: SystemBackend {
  private let descriptor: Int32
  private let lock = NSLock()
  private var nextId = 0
  private var waiting: [Int: (Result<[String: Any], SystemFailure>) -> Void] = [:]
  private let heard: (_ event: String, _ data: [String: Any]) -> Void

  init(port: UInt16, token: String, heard: @escaping (String, [String: Any]) -> Void) throws {
    self.heard = heard
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw SystemFailure("connect", Int(errno)) }
    send(["token": token])
    Thread.detachNewThread { [self] in LineReader(descriptor).readLines(receive) }
  }

  func call(_ name: String, _ parameters: [String: Any]) throws -> [String: Any] {
    let done = DispatchSemaphore(value: 0)
    var answer: Result<[String: Any], SystemFailure> = .success([:])
    lock.lock()
    nextId += 1
    let id = nextId
    waiting[id] = {
      answer = $0
      done.signal()
    }
    lock.unlock()
    send(["id": id, "call": name, "params": parameters])
    done.wait()
    return try answer.get()
  }

  private func send(_ message: [String: Any]) {
    guard var line = try? JSONSerialization.data(withJSONObject: message) else { return }
    line.append(0x0a)
    lock.lock()
    defer { lock.unlock() }
    line.withUnsafeBytes { bytes in
      var sent = 0
      while sent < bytes.count {
        let count = write(descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
        if count <= 0 { exit(3) }
        sent += count
      }
    }
  }

  private func receive(_ line: Data) {
    guard let message = try? JSONSerialization.jsonObject(with: line) as? [String: Any] else { return }
    if let event = message["event"] as? String {
      heard(event, message["data"] as? [String: Any] ?? [:])
      return
    }
    guard let id = message["id"] as? Int else { return }
    lock.lock()
    let settle = waiting.removeValue(forKey: id)
    lock.unlock()
    if let error = message["error"] as? [String: Any] {
      settle?(.failure(SystemFailure(error["exception"] as? String ?? "", error["number"] as? Int ?? 0)))
    } else {
      settle?(.success(message["result"] as? [String: Any] ?? [:]))
    }
  }
}

/// Lines of a descriptor, until it ends.
struct LineReader {
  private let descriptor: Int32

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// Every line without its end, until there are no more.
  func readLines(_ use: (Data) -> Void) {
    var line = Data()
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count <= 0 { return }
      var start = 0
      while let end = chunk[start..<count].firstIndex(of: 0x0a) {
        line.append(contentsOf: chunk[start..<end])
        use(line)
        line = Data()
        start = end + 1
      }
      line.append(contentsOf: chunk[start..<count])
    }
  }
}
