package dev.keybound.keys

import android.security.keystore.KeyInfo
import android.security.keystore.KeyProperties
import dev.keybound.failure.FailureCode
import dev.keybound.fakes.failing
import dev.keybound.fakes.keyInfo
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

/** Over the framework's own [KeyInfo]. */
class ReadBackTest {
    private fun info(
        authenticated: Boolean = true,
        inHardware: Boolean = true,
        enforcedByHardware: Boolean = true,
        validity: Int = 0,
        type: Int = KeyProperties.AUTH_BIOMETRIC_STRONG,
        diesWithEnrolment: Boolean = true,
        level: Int = KeyProperties.SECURITY_LEVEL_TRUSTED_ENVIRONMENT,
    ) = keyInfo("a", inHardware, authenticated, validity, type, enforcedByHardware, diesWithEnrolment, level)

    private fun request(
        role: KeyRole = KeyRole.SIGNING,
        strongBox: StrongBox = StrongBox.NO,
        currentSet: Boolean = true,
        allowSoftware: Boolean = false,
    ) = KeyRequest("a", role, currentSet, strongBox, allowSoftware, ByteArray(32))

    private fun refused(
        info: KeyInfo,
        request: KeyRequest = request(),
        apiLevel: Int = 35,
    ) {
        failing(FailureCode.POLICY_NOT_ENFORCED) { ReadBack(apiLevel).check(info, request, madeInStrongBox = false) }
    }

    @Test
    fun `refuses each way in which a key can be weaker than asked`() {
        refused(info(authenticated = false, enforcedByHardware = false))
        refused(info(enforcedByHardware = false))
        refused(info(validity = 1))
        refused(info(type = KeyProperties.AUTH_BIOMETRIC_STRONG or KeyProperties.AUTH_DEVICE_CREDENTIAL))
        refused(info(type = KeyProperties.AUTH_DEVICE_CREDENTIAL))
        refused(info(type = 0))
        refused(info(diesWithEnrolment = false))
        refused(info(level = KeyProperties.SECURITY_LEVEL_SOFTWARE))
        refused(info(level = KeyProperties.SECURITY_LEVEL_UNKNOWN))
        refused(info(), request(strongBox = StrongBox.REQUIRED))
        refused(info(), request(role = KeyRole.PROOF))
        refused(info(inHardware = false), apiLevel = 29)
        refused(info(validity = 30), apiLevel = 24)
    }

    @Test
    fun `takes what is as asked, and measures the level`() {
        val check = { info: KeyInfo, request: KeyRequest, api: Int -> ReadBack(api).check(info, request, madeInStrongBox = true) }
        assertEquals(KeyLevel.TRUSTED_ENVIRONMENT, check(info(), request(), 35))
        assertEquals(KeyLevel.TRUSTED_ENVIRONMENT, check(info(level = KeyProperties.SECURITY_LEVEL_UNKNOWN_SECURE), request(), 31))
        val inStrongBox = info(level = KeyProperties.SECURITY_LEVEL_STRONGBOX)
        assertEquals(KeyLevel.STRONG_BOX, check(inStrongBox, request(strongBox = StrongBox.REQUIRED), 35))
        assertEquals(KeyLevel.TRUSTED_ENVIRONMENT, check(info(diesWithEnrolment = false), request(currentSet = false), 35))
        assertEquals(KeyLevel.SOFTWARE, check(info(level = 0, enforcedByHardware = false), request(allowSoftware = true), 35))
        assertEquals(KeyLevel.TRUSTED_ENVIRONMENT, check(info(authenticated = false), request(role = KeyRole.PROOF), 35))
    }

    /** Below API 31 nobody says that it is StrongBox but whoever asked for it. */
    @Test
    fun `before API 31 the level is what hardware says together with what was asked`() {
        val check = { strongBox: Boolean -> ReadBack(30).check(info(), request(), madeInStrongBox = strongBox) }
        assertEquals(KeyLevel.STRONG_BOX, check(true))
        assertEquals(KeyLevel.TRUSTED_ENVIRONMENT, check(false))
    }
}
