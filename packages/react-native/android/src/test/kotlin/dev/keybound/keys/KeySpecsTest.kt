package dev.keybound.keys

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** What is asked of the Keystore, in the framework's own words (facts: AOSP `KeyGenParameterSpec`). */
class KeySpecsTest {
    private val challenge = ByteArray(32) { 7 }

    private fun spec(
        role: KeyRole,
        apiLevel: Int = 35,
        currentSet: Boolean = true,
        inStrongBox: Boolean = false,
    ): KeyGenParameterSpec =
        KeySpecs(apiLevel).specOf(KeyRequest("a", role, currentSet, StrongBox.NO, allowSoftware = false, challenge), inStrongBox)

    @Test
    fun `keys of people take a strong biometric for every use, on every API level`() {
        for (role in listOf(KeyRole.SIGNING, KeyRole.SEALING)) {
            for (apiLevel in listOf(24, 29, 30, 35)) {
                val spec = spec(role, apiLevel)
                assertTrue(spec.isUserAuthenticationRequired, "$role $apiLevel")
                assertTrue(spec.userAuthenticationValidityDurationSeconds <= 0, "$role $apiLevel")
                assertEquals(KeyProperties.AUTH_BIOMETRIC_STRONG, spec.userAuthenticationType, "$role $apiLevel")
                assertTrue(spec.isInvalidatedByBiometricEnrollment, "$role $apiLevel")
                assertFalse(spec(role, apiLevel, currentSet = false).isInvalidatedByBiometricEnrollment, "$role $apiLevel")
            }
        }
    }

    @Test
    fun `every key has one purpose and proves itself with the challenge`() {
        assertEquals(KeyProperties.PURPOSE_SIGN, spec(KeyRole.SIGNING).purposes)
        assertEquals(KeyProperties.PURPOSE_SIGN, spec(KeyRole.PROOF).purposes)
        assertEquals(KeyProperties.PURPOSE_DECRYPT, spec(KeyRole.SEALING).purposes)
        for (role in KeyRole.entries) {
            assertArrayEquals(challenge, spec(role).attestationChallenge)
            assertArrayEquals(arrayOf(KeyProperties.DIGEST_SHA256), spec(role).digests)
        }
    }

    @Test
    fun `proof keys ask nobody and sealing keys say their paddings`() {
        assertFalse(spec(KeyRole.PROOF).isUserAuthenticationRequired)
        val sealing = spec(KeyRole.SEALING)
        assertArrayEquals(arrayOf(KeyProperties.ENCRYPTION_PADDING_RSA_OAEP), sealing.encryptionPaddings)
        assertEquals(2048, sealing.keySize.takeIf { it > 0 } ?: rsaBits(sealing))
        assertEquals(setOf(KeyProperties.DIGEST_SHA1), sealing.mgf1Digests)
        assertFalse(spec(KeyRole.SEALING, apiLevel = 34).isMgf1DigestsSpecified)
    }

    @Test
    fun `StrongBox is asked for only where there is such a question`() {
        assertTrue(spec(KeyRole.SIGNING, inStrongBox = true).isStrongBoxBacked)
        assertFalse(spec(KeyRole.SIGNING, apiLevel = 27, inStrongBox = true).isStrongBoxBacked)
        assertFalse(spec(KeyRole.SIGNING).isStrongBoxBacked)
    }

    /** Section 12 of the facts: below API 35 this makes keys fail or die. */
    @Test
    fun `no key asks for an unlocked device`() {
        for (role in KeyRole.entries) assertFalse(spec(role).isUnlockedDeviceRequired)
    }

    private fun rsaBits(spec: KeyGenParameterSpec): Int = (spec.algorithmParameterSpec as java.security.spec.RSAKeyGenParameterSpec).keysize
}
