/// What a key is for: one purpose, one key.
enum KeyRole: String, Codable {
  case signing, sealing, proof
}

/// Whether a key dies when a finger or face is enrolled.
enum Enrolment: String, Codable {
  case currentSet, anyEnrolled
}

/// Where a key lives.
enum KeyLevel: String, Codable {
  case software, secureEnclave
}

/// A key to be made: `KeyRequest` of @keybound/phone without what concerns Android alone.
struct KeyRequest {
  let alias: String
  let role: KeyRole
  let enrolment: Enrolment
  let allowSoftware: Bool
}

extension KeyRequest {
  init(_ members: Members) throws {
    guard let role = KeyRole(rawValue: try members.text("role")) else {
      throw HardwareError.argument("role", "signing, sealing or proof")
    }
    guard let enrolment = Enrolment(rawValue: try members.text("enrolment")) else {
      throw HardwareError.argument("enrolment", "currentSet or anyEnrolled")
    }
    self.init(
      alias: try members.text("alias"), role: role, enrolment: enrolment,
      allowSoftware: try members.flag("allowSoftware"))
    try Names.check(alias: alias)
  }
}
