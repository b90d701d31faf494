import Foundation
import Security

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// One request and its answer: no redirect is followed, no cookie or cache kept, no more read than was allowed.
/// Its session calls it on one serial queue, and nobody else does.
final class HttpExchange: NSObject, URLSessionDataDelegate, @unchecked Sendable {
  #if canImport(FoundationNetworking)
    // Linux has the challenge's name, but not the constant.
    private static let serverTrust = "NSURLAuthenticationMethodServerTrust"
  #else
    private static let serverTrust = NSURLAuthenticationMethodServerTrust
  #endif

  private let request: HttpRequest
  private let pins: PinnedDomains.Pins?
  private let once: Once<Result<[String: Any], HardwareError>>
  private var body = Data()
  private var refusal: HardwareError?

  /// `settle` is called once, on a queue of the system's.
  static func start(
    _ request: HttpRequest, pins: PinnedDomains.Pins?,
    settle: @escaping (Result<[String: Any], HardwareError>) -> Void
  ) {
    let exchange = HttpExchange(request, pins, settle)
    let configuration = URLSessionConfiguration.ephemeral
    configuration.httpCookieStorage = nil
    configuration.httpShouldSetCookies = false
    configuration.urlCache = nil
    configuration.urlCredentialStorage = nil
    configuration.timeoutIntervalForRequest = request.timeout
    configuration.timeoutIntervalForResource = request.timeout
    let session = URLSession(configuration: configuration, delegate: exchange, delegateQueue: nil)
    session.dataTask(with: request.url).resume()
    // The session lives until its task has ended, and the exchange with it.
    session.finishTasksAndInvalidate()
  }

  private init(
    _ request: HttpRequest, _ pins: PinnedDomains.Pins?,
    _ settle: @escaping (Result<[String: Any], HardwareError>) -> Void
  ) {
    self.request = request
    self.pins = pins
    once = Once(settle)
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
  ) {
    // The redirect itself is the answer.
    completionHandler(nil)
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge,
    completionHandler: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
  ) {
    decide(challenge, completionHandler)
  }

  func urlSession(
    _ session: URLSession, didReceive challenge: URLAuthenticationChallenge,
    completionHandler: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
  ) {
    decide(challenge, completionHandler)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    guard refusal == nil else { return }
    guard body.count + data.count <= request.maxBytes else {
      refuse(
        HardwareError(
          .networkFailed, "Unexpected answer of more bytes than were allowed, expected fewer. Check the server."),
        dataTask)
      return
    }
    body.append(data)
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: Error?) {
    if let refusal { return once.settle(.failure(refusal)) }
    guard error == nil, let response = task.response as? HTTPURLResponse else {
      let number = (error as NSError?)?.code
      return once.settle(
        .failure(
          HardwareError(
            .networkFailed, "Unexpected failure of the network, expected an answer. Try again.", nativeCode: number)))
    }
    once.settle(.success(HttpExchange.answer(response, body)))
  }

  private func decide(
    _ challenge: URLAuthenticationChallenge,
    _ completionHandler: (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
  ) {
    guard let pins, challenge.protectionSpace.authenticationMethod == HttpExchange.serverTrust else {
      return completionHandler(.performDefaultHandling, nil)
    }
    // What iOS does not trust, a pin does not make good: its own evaluation comes first.
    guard let trust = challenge.protectionSpace.serverTrust, SecTrustEvaluateWithError(trust, nil),
      PinnedDomains.accepts(CertificateKeys.hashes(of: trust), pins)
    else {
      refusal = HardwareError(
        .pinMismatch, "Unexpected key of the server, expected a pinned one. Do not use this network.")
      return completionHandler(.cancelAuthenticationChallenge, nil)
    }
    completionHandler(.performDefaultHandling, nil)
  }

  private func refuse(_ error: HardwareError, _ task: URLSessionTask) {
    refusal = error
    body = Data()
    task.cancel()
    once.settle(.failure(error))
  }

  private static func answer(_ response: HTTPURLResponse, _ body: Data) -> [String: Any] {
    let headers = response.allHeaderFields.compactMap { name, value -> [String: Any]? in
      guard let name = name as? String, let value = value as? String else { return nil }
      return ["name": name.lowercased(), "value": value]
    }
    return ["status": response.statusCode, "headers": headers, "body": Base64Url.encode(body)]
  }
}
