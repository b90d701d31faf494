package dev.keybound.failure

import android.hardware.biometrics.BiometricConstants
import android.hardware.security.keymint.ErrorCode
import android.system.keystore2.ResponseCode
import dev.keybound.device.AppFacts
import dev.keybound.device.DeviceInspector
import dev.keybound.device.DeviceState
import dev.keybound.device.DeviceStatus
import org.json.JSONArray
import org.json.JSONObject
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.File
import java.security.ProviderException
import android.hardware.biometrics.BiometricManager as FrameworkManager
import androidx.biometric.BiometricManager as AndroidxManager

/**
 * Android's own constants against the numbers and codes of the table of errors (test/virtual-phone/errors), and that table
 * against the Kotlin. A constant that the table has not must be `internal`, and so must a number that Android has not.
 */
class FrameworkNumbersTest {
    private val rows =
        JSONArray(File(System.getProperty("keybound.vectors"), "android-errors.json").readText()).let { list ->
            (0 until list.length()).map(list::getJSONObject)
        }

    private fun rowsOf(domain: String) = rows.filter { it.getString("domain") == domain }

    private fun constantsOf(type: Class<*>): Map<String, Int> =
        type.fields.filter { it.type == Int::class.java }.associate { it.name to it.getInt(null) }

    /** `newer` are numbers that came after the Android whose classes the lane has. */
    private fun assertNamed(
        row: JSONObject,
        constants: Map<String, Int>,
        name: String,
        newer: Set<Int> = emptySet(),
    ) {
        val number = row.getInt("number")
        if (row.getString("name").startsWith("of ")) return assertTrue(number !in constants.values, "$row")
        assertEquals(number, constants[name] ?: number.takeIf { it in newer }, "$row")
    }

    @Test
    fun `the numbers of the key store are KeyMint’s and keystore2’s, and each has its code`() {
        val keyMint = constantsOf(ErrorCode::class.java)
        val keystore = constantsOf(ResponseCode::class.java)
        val expected = rowsOf("KeyStoreException").associate { it.getInt("number") to it.getString("code") }
        assertTrue(expected.size > 10)
        for (row in rowsOf("KeyStoreException")) {
            val constants = if (row.getInt("number") < 0) keyMint else keystore
            assertNamed(row, constants, row.getString("name"))
        }
        for (number in -1100..100) {
            // In the words of KeyStoreException, which ErrorNumbersTest has itself say; some numbers it would log.
            val refusal = ProviderException("refused (internal Keystore code: $number message: from the service)")
            assertEquals(expected[number] ?: "internal", KeystoreErrors.failureOf(refusal).code.wire, "$number")
        }
    }

    @Test
    fun `the numbers of the prompt are the framework’s, and each has its code`() {
        val constants = constantsOf(BiometricConstants::class.java)
        val expected = rowsOf("BiometricPrompt").associate { it.getInt("number") to it.getString("code") }
        assertTrue(expected.size > 15)
        for (row in rowsOf("BiometricPrompt")) {
            assertNamed(row, constants, "BIOMETRIC_${row.getString("name").removePrefix("BIOMETRIC_")}", SINCE_ANDROID_16)
        }
        val errors = constants.filterKeys { it.startsWith("BIOMETRIC_ERROR_") && !it.endsWith("_BASE") }
        assertEquals(errors.values.toSet(), expected.keys.intersect(errors.values.toSet()), "errors without a row")
        for (number in -10..1100) assertEquals(expected[number] ?: "internal", PromptErrors.failureOf(number, "").code.wire, "$number")
    }

    @Test
    fun `the answers to canAuthenticate, and the classes it is asked for, are the framework’s`() {
        val statuses =
            mapOf(
                FrameworkManager.BIOMETRIC_SUCCESS to DeviceStatus.READY,
                FrameworkManager.BIOMETRIC_ERROR_HW_UNAVAILABLE to DeviceStatus.UNAVAILABLE,
                FrameworkManager.BIOMETRIC_ERROR_NONE_ENROLLED to DeviceStatus.NOT_ENROLLED,
                FrameworkManager.BIOMETRIC_ERROR_NO_HARDWARE to DeviceStatus.NO_HARDWARE,
                FrameworkManager.BIOMETRIC_ERROR_SECURITY_UPDATE_REQUIRED to DeviceStatus.SECURITY_UPDATE_REQUIRED,
            )
        for ((answer, status) in statuses) assertEquals(status, DeviceInspector(facts, Answering(answer)).status())
        assertEquals(FrameworkManager.Authenticators.BIOMETRIC_STRONG, DeviceInspector.STRONG)
        assertEquals(FrameworkManager.Authenticators.BIOMETRIC_WEAK, DeviceInspector.WEAK)
        assertEquals(FrameworkManager.Authenticators.BIOMETRIC_STRONG, AndroidxManager.Authenticators.BIOMETRIC_STRONG)
        assertEquals(FrameworkManager.Authenticators.DEVICE_CREDENTIAL, AndroidxManager.Authenticators.DEVICE_CREDENTIAL)
    }

    private class Answering(
        private val answer: Int,
    ) : DeviceState {
        override fun canAuthenticate(authenticators: Int) = answer

        override fun isDeviceSecure() = true
    }

    private companion object {
        /** `IDENTITY_CHECK_NOT_ACTIVE`, `NOT_ENABLED_FOR_APPS`, `CONTENT_VIEW_MORE_OPTIONS_BUTTON`. */
        val SINCE_ANDROID_16 = setOf(20, 21, 22)

        val facts = AppFacts(35, "com.example.bank", emptyList(), debuggable = false, emulator = false, true, listOf("fingerprint"))
    }
}
