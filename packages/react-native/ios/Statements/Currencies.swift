/// Active currencies of ISO 4217 by how many decimal digits their minor unit has: the list of `currencies.ts` in
/// @keybound/protocol, which a test keeps equal to this one.
enum Currencies {
  /// Nil for what is no active currency.
  static func minorDigits(_ code: String) -> Int? { digitsOf[code] }

  private static let digitsOf: [String: Int] = {
    var digitsOf: [String: Int] = [:]
    for (digits, codes) in byDigits {
      for code in codes.split(separator: " ") { digitsOf[String(code)] = digits }
    }
    return digitsOf
  }()

  private static let byDigits: [(Int, String)] = [
    (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
    (
      2,
      "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC "
        + "CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR "
        + "IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR "
        + "MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS "
        + "SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW "
        + "ZWG"
    ),
  ]
}
