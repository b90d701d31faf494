package dev.keybound.device

import android.app.KeyguardManager
import android.content.Context
import android.content.pm.ApplicationInfo
import android.content.pm.PackageManager
import android.content.pm.Signature
import android.os.Build
import androidx.biometric.BiometricManager
import java.security.MessageDigest

/** The device as Android and androidx.biometric tell it. */
class AndroidDevice(
    private val context: Context,
) : DeviceState {
    override fun canAuthenticate(authenticators: Int): Int = BiometricManager.from(context).canAuthenticate(authenticators)

    override fun isDeviceSecure(): Boolean = context.getSystemService(KeyguardManager::class.java)?.isDeviceSecure == true

    /** What stays the same while the app runs. */
    fun facts(): AppFacts {
        val packages = context.packageManager
        return AppFacts(
            apiLevel = Build.VERSION.SDK_INT,
            packageName = context.packageName,
            signingDigests = signers(packages).map { MessageDigest.getInstance("SHA-256").digest(it.toByteArray()) },
            debuggable = context.applicationInfo.flags and ApplicationInfo.FLAG_DEBUGGABLE != 0,
            // A hint for development only: what a server believes is the attestation.
            emulator = Build.HARDWARE in setOf("goldfish", "ranchu"),
            strongBoxFeature = packages.hasSystemFeature(PackageManager.FEATURE_STRONGBOX_KEYSTORE),
            sensors = features.filter { (feature) -> packages.hasSystemFeature(feature) }.map { it.second },
        )
    }

    private fun signers(packages: PackageManager): List<Signature> {
        if (Build.VERSION.SDK_INT >= 28) return DeviceApi28.signers(packages, context.packageName)
        @Suppress("DEPRECATION", "PackageManagerGetSignatures")
        return packages
            .getPackageInfo(context.packageName, PackageManager.GET_SIGNATURES)
            .signatures
            .orEmpty()
            .toList()
    }

    private companion object {
        val features =
            listOf(
                PackageManager.FEATURE_FINGERPRINT to "fingerprint",
                PackageManager.FEATURE_FACE to "face",
                PackageManager.FEATURE_IRIS to "iris",
            )
    }
}

/** Calls that need API 28. */
internal object DeviceApi28 {
    fun signers(
        packages: PackageManager,
        name: String,
    ): List<Signature> {
        val info = packages.getPackageInfo(name, PackageManager.GET_SIGNING_CERTIFICATES).signingInfo ?: return emptyList()
        return info.apkContentsSigners.orEmpty().toList()
    }
}
