package dev.keybound.virtual

import dev.keybound.Hardware
import dev.keybound.HardwareHost
import dev.keybound.HardwareParts
import dev.keybound.app.AppState
import dev.keybound.app.Integrity
import dev.keybound.app.IntegrityProvider
import dev.keybound.app.LifecycleEvents
import dev.keybound.app.Worker
import dev.keybound.device.AppFacts
import dev.keybound.device.DeviceInspector
import dev.keybound.device.DeviceState
import dev.keybound.encoding.bytesOf
import dev.keybound.files.PrivateFiles
import dev.keybound.network.HttpExchange
import dev.keybound.network.Pins
import dev.keybound.prompt.BiometricScreen
import dev.keybound.prompt.PromptOwner
import org.json.JSONArray
import org.json.JSONObject
import java.io.File
import java.net.HttpURLConnection
import java.nio.channels.FileChannel
import java.security.SecureRandom
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit

/** [Hardware] over a virtual phone: what `AndroidHardware` is over a real one. */
class VirtualHost(
    private val phone: PhoneSocket,
    emit: (String) -> Unit,
) : HardwareHost {
    private val main = Executors.newSingleThreadScheduledExecutor(::daemon)
    private val network = Executors.newCachedThreadPool(::daemon)
    private val worker =
        Executors.newSingleThreadExecutor { work ->
            daemon {
                VirtualKeyStore.use(phone)
                work.run()
            }
        }
    private val events = LifecycleEvents(System::currentTimeMillis, emit)
    private val info = phone.call("app.info")
    private val screen = VirtualScreen(phone, ::onMain)
    private val folders = info.getJSONObject("folders")

    override val hardware: Hardware =
        Hardware(
            HardwareParts(
                device = DeviceInspector(facts(), VirtualState(phone)),
                worker = Worker(worker),
                network = Worker(network),
                prompts =
                    PromptOwner(
                        if (System.getProperty("keybound.screen") == "androidx") androidxScreen() else screen,
                        ::onMain,
                        later = { delay, work -> main.schedule(work, delay, TimeUnit.MILLISECONDS) },
                    ),
                files = PrivateFiles(File(folders.getString("noBackup")), ::syncFolder),
                records = PrivateFiles(File(folders.getString("preferences")), ::syncFolder),
                exchange =
                    HttpExchange(Pins.none, { System.currentTimeMillis() / 1000 }, main) { it.openConnection() as HttpURLConnection },
                random = SecureRandom(),
                pause = Thread::sleep,
            ),
        )

    init {
        VirtualKeyStore.install()
        Integrity.provider = if (info.getBoolean("integrityProvider")) IntegrityProvider(::integrityToken) else null
        phone.onEvent = { name, data -> onMain { onEvent(name, data) } }
    }

    override fun setScreenPrivacy(
        on: Boolean,
        done: () -> Unit,
    ) {
        phone.begin("window.secure", JSONObject().put("on", on)).thenRun(done)
    }

    override fun close() {
        hardware.close()
        listOf(worker, network, main).forEach { it.shutdown() }
    }

    /** The module's own, over whatever stands in androidx's place. */
    private fun androidxScreen() = unmade<ScreenActivity>().let { activity -> BiometricScreen({ activity }, main) }

    private fun daemon(work: Runnable) = Thread(work).apply { isDaemon = true }

    /** What the phone tells once the app is gone is nobody's. */
    private fun onMain(work: () -> Unit) {
        if (!main.isShutdown) main.execute(work)
    }

    private fun onEvent(
        name: String,
        data: JSONObject,
    ) {
        when (name) {
            "touch" -> events.onActivity()
            "screenshot" -> events.onScreenshot()
            "lifecycle" ->
                states[data.getString("state")]?.let {
                    screen.isResumed = it == AppState.RESUMED
                    hardware.onAppState(it)
                    if (it != AppState.DESTROYED) events.onAppState(it)
                }
        }
    }

    private fun integrityToken(nonce: String): String = phone.call("integrity.token", JSONObject().put("nonce", nonce)).getString("token")

    private fun facts() =
        AppFacts(
            apiLevel = info.getInt("apiLevel"),
            packageName = info.getString("packageName"),
            signingDigests = texts(info.getJSONArray("signingDigests")).map(::bytesOf),
            debuggable = info.getBoolean("debuggable"),
            emulator = info.getBoolean("emulator"),
            strongBoxFeature = info.getBoolean("strongBoxFeature"),
            sensors = texts(info.getJSONArray("features")),
        )

    private fun texts(list: JSONArray): List<String> = (0 until list.length()).map(list::getString)

    private companion object {
        val states =
            mapOf(
                "resumed" to AppState.RESUMED,
                "paused" to AppState.PAUSED,
                "stopped" to AppState.STOPPED,
                "destroyed" to AppState.DESTROYED,
            )
    }
}

/** As `fsync` of Android's own `Os`, in the words of Java. */
internal fun syncFolder(folder: File) {
    FileChannel.open(folder.toPath()).use { it.force(true) }
}

private class VirtualState(
    private val phone: PhoneSocket,
) : DeviceState {
    override fun canAuthenticate(authenticators: Int): Int =
        phone.call("biometric.canAuthenticate", JSONObject().put("authenticators", authenticators)).getInt("code")

    override fun isDeviceSecure(): Boolean = phone.call("keyguard.isDeviceSecure").getBoolean("secure")
}
