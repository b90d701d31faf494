package dev.keybound.fakes

import dev.keybound.Hardware
import dev.keybound.HardwareParts
import dev.keybound.app.Worker
import dev.keybound.device.AppFacts
import dev.keybound.device.DeviceInspector
import dev.keybound.device.DeviceState
import dev.keybound.files.PrivateFiles
import dev.keybound.keys.KeyRequest
import dev.keybound.keys.KeyRole
import dev.keybound.keys.StrongBox
import dev.keybound.network.HttpExchange
import dev.keybound.network.Pins
import dev.keybound.prompt.PromptOwner
import dev.keybound.virtual.VirtualKeyStore
import java.io.File
import java.io.IOException
import java.net.HttpURLConnection
import java.security.SecureRandom
import java.util.concurrent.Executors

/** [Hardware] over a [ScriptedPhone], everything on the thread of the test. */
class FakePhone(
    folder: File,
    apiLevel: Int = 35,
    strongBox: Boolean = true,
) {
    val system = ScriptedPhone()
    val time = ManualTime()
    val screen = FakeScreen()

    /** How long the worker waited between tries, in milliseconds. */
    val pauses = mutableListOf<Long>()

    /** What waits for the worker while it is [busy]. */
    val waiting = ArrayDeque<Runnable>()
    var busy = false

    /** Whether the disk takes what Keybound writes beside its keys. */
    var diskFull = false

    val prompts = PromptOwner(screen, time::onMain, time::later)
    val hardware =
        Hardware(
            HardwareParts(
                device = DeviceInspector(factsOf(apiLevel, strongBox), Ready),
                worker = Worker { if (busy) waiting.add(it) else it.run() },
                network = Worker { it.run() },
                prompts = prompts,
                files = PrivateFiles(File(folder, "files")) {},
                records = PrivateFiles(File(folder, "records")) { if (diskFull) throw IOException("No space left on device") },
                exchange =
                    HttpExchange(
                        Pins.none,
                        { 0 },
                        Executors.newSingleThreadScheduledExecutor(),
                    ) { it.openConnection() as HttpURLConnection },
                random = SecureRandom(),
                pause = pauses::add,
            ),
        )

    init {
        VirtualKeyStore.install()
        VirtualKeyStore.use(system)
    }

    /** Lets the worker do what has waited for it, one after the other. */
    fun work() {
        busy = false
        while (waiting.isNotEmpty()) waiting.removeFirst().run()
    }

    /** Lets the finger of the owner unlock what the prompt shows, and the prompt say so. */
    fun touch() {
        val shown = screen.shown.last()
        system.unlocked.addAll(system.open.keys)
        shown.listener.onSucceeded(shown.operation)
    }

    /** A request as the app makes it. */
    fun request(
        alias: String,
        role: KeyRole = KeyRole.SIGNING,
        strongBox: StrongBox = StrongBox.NO,
        currentSet: Boolean = true,
    ) = KeyRequest(alias, role, currentSet, strongBox, allowSoftware = false, challenge = ByteArray(32))

    private object Ready : DeviceState {
        override fun canAuthenticate(authenticators: Int) = 0

        override fun isDeviceSecure() = true
    }

    private fun factsOf(
        apiLevel: Int,
        strongBox: Boolean,
    ) = AppFacts(apiLevel, "com.example.bank", emptyList(), debuggable = false, emulator = false, strongBox, listOf("fingerprint"))
}

/** What a call settled with, which it must have by now, and once. */
class Settled<T> : (Result<T>) -> Unit {
    private val results = mutableListOf<Result<T>>()

    override fun invoke(result: Result<T>) {
        results.add(result)
    }

    val count: Int get() = results.size
    val result: Result<T> get() = results.single()
}
