package dev.keybound.statements

/** Decimal digits of the minor unit of every active currency of ISO 4217, as `currencies.ts` of `@keybound/protocol` has them. */
internal object Currencies {
    private val byDigits =
        mapOf(
            0 to "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
            3 to "BHD IQD JOD KWD LYD OMR TND",
            2 to
                "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP " +
                "CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES " +
                "KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK " +
                "NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB " +
                "TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG",
        )

    private val digits = byDigits.flatMap { (digits, codes) -> codes.split(' ').map { it to digits } }.toMap()

    /** Null for what is no active currency. */
    fun minorDigits(currency: String): Int? = digits[currency]
}
