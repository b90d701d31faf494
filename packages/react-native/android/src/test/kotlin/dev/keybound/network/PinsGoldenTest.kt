package dev.keybound.network

import dev.keybound.failure.FailureCode
import dev.keybound.failure.HardwareFailure
import org.json.JSONArray
import org.json.JSONObject
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.File
import java.util.Base64

/** Against the metadata that the config plugin writes, as its own test shows (test/react-native/pins-golden.json). */
class PinsGoldenTest {
    private val golden = JSONObject(File(System.getProperty("keybound.vectors"), "pins.json").readText())
    private val pins = Pins.read(golden.getJSONObject("android").getString("dev.keybound.pins"))

    @Test
    fun `what the plugin wrote is read as it was meant`() {
        val checks = golden.getJSONArray("checks")
        assertTrue(checks.length() > 10)
        for (index in 0 until checks.length()) {
            val check = checks.getJSONObject(index)
            assertEquals(check.getString("android"), outcomeOf(check), "$check")
        }
    }

    private fun outcomeOf(check: JSONObject): String =
        try {
            pins.check(check.getString("host"), chainOf(check.getJSONArray("chain")), check.getLong("at"))
            "passes"
        } catch (failure: HardwareFailure) {
            assertEquals(FailureCode.PIN_MISMATCH, failure.code)
            failure.code.wire
        }

    private fun chainOf(names: JSONArray) = chain(*Array(names.length()) { keyOf(names.getString(it)) })

    private fun keyOf(name: String) = Base64.getDecoder().decode(golden.getJSONObject("keys").getString(name))
}
