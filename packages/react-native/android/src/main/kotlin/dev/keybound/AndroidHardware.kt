package dev.keybound

import android.app.Activity
import android.app.Application
import android.content.pm.PackageManager
import android.os.Build
import android.os.Bundle
import android.os.Handler
import android.os.Looper
import android.os.SystemClock
import dev.keybound.app.ActivityWatch
import dev.keybound.app.LifecycleEvents
import dev.keybound.app.Worker
import dev.keybound.app.syncFolder
import dev.keybound.device.AndroidDevice
import dev.keybound.device.DeviceInspector
import dev.keybound.files.PrivateFiles
import dev.keybound.network.HttpExchange
import dev.keybound.network.Pins
import dev.keybound.prompt.BiometricScreen
import dev.keybound.prompt.PromptOwner
import java.io.File
import java.net.HttpURLConnection
import java.security.SecureRandom
import java.util.concurrent.Executor
import java.util.concurrent.Executors

/** [Hardware] with the app around it. */
interface HardwareHost {
    val hardware: Hardware

    /** Covers the app in the task switcher and keeps it out of screenshots; `done` once that is so. */
    fun setScreenPrivacy(
        on: Boolean,
        done: () -> Unit,
    )

    /** When React Native throws the module away. */
    fun close()
}

/** [Hardware] over the phone that the app runs on: everything ambient is named here, once. */
class AndroidHardware(
    private val application: Application,
    activity: () -> Activity?,
    emit: (String) -> Unit,
) : HardwareHost {
    private val main = Handler(Looper.getMainLooper())
    private val worker = Executors.newSingleThreadExecutor { Thread(it, "keybound") }
    private val network = Executors.newCachedThreadPool { Thread(it, "keybound-network") }
    private val timer = Executors.newSingleThreadScheduledExecutor { Thread(it, "keybound-timer") }
    private val folder = File(application.noBackupFilesDir, "keybound")
    private val events = LifecycleEvents(SystemClock::elapsedRealtime, emit)
    private val watch = ActivityWatch(application, Build.VERSION.SDK_INT, { hardware.onAppState(it) }, events)

    override val hardware: Hardware by lazy {
        val device = AndroidDevice(application)
        Hardware(
            HardwareParts(
                device = DeviceInspector(device.facts(), device),
                worker = Worker(worker),
                network = Worker(network),
                prompts =
                    PromptOwner(
                        BiometricScreen(activity, Executor { main.post(it) }),
                        onMain = { main.post(it) },
                        later = { delay, work -> main.postDelayed(work, delay) },
                    ),
                files = PrivateFiles(File(folder, "files"), ::syncFolder),
                records = PrivateFiles(File(folder, "records"), ::syncFolder),
                exchange =
                    HttpExchange(pins(), now = { System.currentTimeMillis() / 1000 }, timer) {
                        it.openConnection() as HttpURLConnection
                    },
                random = SecureRandom(),
                pause = Thread::sleep,
            ),
        )
    }

    init {
        watch.privacy = metaData()?.getBoolean(SCREEN_PRIVACY) ?: false
        watch.start()
        main.post { activity()?.let(watch::adopt) }
    }

    override fun setScreenPrivacy(
        on: Boolean,
        done: () -> Unit,
    ) {
        main.post {
            watch.privacy = on
            done()
        }
    }

    override fun close() {
        hardware.cancelPrompt()
        hardware.close()
        // After the prompt has ended on the main thread, which leaves its operation to the worker to abandon.
        main.post {
            watch.stop()
            listOf(worker, network, timer).forEach { it.shutdown() }
        }
    }

    private fun pins(): Pins = metaData()?.getString(PINS)?.let(Pins::read) ?: Pins.none

    /** What the config plugin wrote into the manifest. */
    private fun metaData(): Bundle? {
        @Suppress("DEPRECATION")
        val info = application.packageManager.getApplicationInfo(application.packageName, PackageManager.GET_META_DATA)
        return info.metaData
    }

    private companion object {
        const val PINS = "dev.keybound.pins"
        const val SCREEN_PRIVACY = "dev.keybound.screenPrivacy"
    }
}
