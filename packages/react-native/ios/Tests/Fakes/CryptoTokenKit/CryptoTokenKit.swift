import Foundation

public struct TKError: Error {
  public static var errorDomain: String { "CryptoTokenKit" }

  public enum Code: Int {
    case notImplemented = -1
    case communicationError = -2
    case corruptedData = -3
    case canceledByUser = -4
    case authenticationFailed = -5
    case objectNotFound = -6
    case tokenNotFound = -7
    case badParameter = -8
    case authenticationNeeded = -9
  }
}
