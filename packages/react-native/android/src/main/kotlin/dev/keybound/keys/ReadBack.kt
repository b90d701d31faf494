package dev.keybound.keys

import android.security.keystore.KeyInfo
import android.security.keystore.KeyProperties
import dev.keybound.failure.FailureCode
import dev.keybound.failure.HardwareFailure

/** Compares what the Keystore made with what was asked for. Some makers' key stores drop what they do not know. */
class ReadBack(
    private val apiLevel: Int,
) {
    /** The level that was measured. Throws `policyNotEnforced` if the key is weaker than the request in anything. */
    fun check(
        info: KeyInfo,
        request: KeyRequest,
        madeInStrongBox: Boolean,
    ): KeyLevel {
        val level = levelOf(info, madeInStrongBox)
        if (level == KeyLevel.SOFTWARE && !request.allowSoftware) refuse("a key in software", "one in hardware")
        if (request.strongBox == StrongBox.REQUIRED && level != KeyLevel.STRONG_BOX) refuse("a key in the TEE", "one in StrongBox")
        if (request.role.takesBiometric) {
            checkBiometric(info, request, level)
        } else if (info.isUserAuthenticationRequired) {
            refuse("a key that prompts", "one that is used without a prompt")
        }
        return level
    }

    private fun checkBiometric(
        info: KeyInfo,
        request: KeyRequest,
        level: KeyLevel,
    ) {
        if (!info.isUserAuthenticationRequired) refuse("a key that anybody can use", "a biometric for every use")
        if (level != KeyLevel.SOFTWARE && !info.isUserAuthenticationRequirementEnforcedBySecureHardware) {
            refuse("a requirement that software enforces", "hardware that does")
        }
        if (info.userAuthenticationValidityDurationSeconds > 0) refuse("a time of validity", "a biometric for every use")
        if (apiLevel >= 30 && InfoApi30.authenticationType(info) != KeyProperties.AUTH_BIOMETRIC_STRONG) {
            refuse("another kind of authentication", "strong biometrics only")
        }
        if (request.currentSet && !info.isInvalidatedByBiometricEnrollment) refuse("a key that survives enrolment", "one that dies")
    }

    /** From API 31 the system says where the key lives; before, only whether it is in hardware. */
    private fun levelOf(
        info: KeyInfo,
        madeInStrongBox: Boolean,
    ): KeyLevel {
        if (apiLevel >= 31) return InfoApi31.level(info)
        @Suppress("DEPRECATION")
        return when {
            !info.isInsideSecureHardware -> KeyLevel.SOFTWARE
            madeInStrongBox -> KeyLevel.STRONG_BOX
            else -> KeyLevel.TRUSTED_ENVIRONMENT
        }
    }

    private fun refuse(
        found: String,
        expected: String,
    ): Nothing = throw HardwareFailure(FailureCode.POLICY_NOT_ENFORCED, "Unexpected $found, expected $expected. It was deleted again.")
}

/** Calls that need API 30. */
internal object InfoApi30 {
    fun authenticationType(info: KeyInfo): Int = info.userAuthenticationType
}

/** Calls that need API 31. */
internal object InfoApi31 {
    fun level(info: KeyInfo): KeyLevel =
        when (info.securityLevel) {
            KeyProperties.SECURITY_LEVEL_STRONGBOX -> KeyLevel.STRONG_BOX

            KeyProperties.SECURITY_LEVEL_TRUSTED_ENVIRONMENT,
            KeyProperties.SECURITY_LEVEL_UNKNOWN_SECURE,
            -> KeyLevel.TRUSTED_ENVIRONMENT

            else -> KeyLevel.SOFTWARE
        }
}
