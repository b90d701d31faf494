package dev.keybound.keys

import dev.keybound.failure.FailureCode
import dev.keybound.fakes.FakePhone
import dev.keybound.fakes.Settled
import dev.keybound.fakes.failure
import dev.keybound.prompt.PromptWords
import dev.keybound.virtual.SystemFailure
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

/** Keys from their making to their end, over a key store that does what a test planned. */
class KeyLifeTest {
    @TempDir
    lateinit var folder: File
    private val phone by lazy { FakePhone(folder) }
    private val words = PromptWords("Sign in", "", "", "Cancel")

    private fun make(request: KeyRequest) = Settled<CreatedKey>().also { phone.hardware.createKey({ request }, it) }.result

    private fun stateOf(alias: String) = Settled<KeyState>().also { phone.hardware.keyState(alias, it) }.result.getOrThrow()

    private fun listed() = Settled<List<String>>().also { phone.hardware.listKeys("", it) }.result.getOrThrow()

    private fun sign(alias: String) = Settled<ByteArray>().also { phone.hardware.sign(alias, { "message".toByteArray() }, words, it) }

    @Test
    fun `a key that is weaker than asked is refused and gone`() {
        phone.system.weaken = { it.put("userAuthenticationType", 3) }
        assertEquals(FailureCode.POLICY_NOT_ENFORCED, make(phone.request("weak")).failure().code)
        assertEquals(emptyList<String>(), listed())
        assertEquals(KeyState.MISSING, stateOf("weak"))
    }

    /** An alias that is pending is an ordinary one: what fails on its way leaves nothing under it. */
    @Test
    fun `a key whose making is cut short leaves nothing under its alias`() {
        phone.diskFull = true
        assertEquals(FailureCode.STORAGE_FAILED, make(phone.request("pending.1")).failure().code)
        assertEquals(emptyList<String>(), listed())
        phone.diskFull = false
        phone.system.failNext("keystore.keyInfo", "ProviderException", 4)
        assertTrue(make(phone.request("pending.1")).isFailure)
        assertEquals(emptyList<String>(), listed())
        make(phone.request("pending.1")).getOrThrow()
        assertEquals(listOf("pending.1"), listed())
    }

    @Test
    fun `a second key under an alias is refused and asks the key store for nothing`() {
        make(phone.request("a")).getOrThrow()
        phone.system.asked.clear()
        val again = make(phone.request("a"))
        assertEquals(FailureCode.KEY_EXISTS, again.failure().code)
        assertEquals(emptySet<String>(), phone.system.asked.keys)
    }

    @Test
    fun `what the system destroyed is invalidated, what was deleted is missing`() {
        make(phone.request("a")).getOrThrow()
        phone.system.aliases.remove("a")
        assertEquals(KeyState.INVALIDATED, stateOf("a"))
        Settled<Unit>().also { phone.hardware.deleteKey("a", it) }.result.getOrThrow()
        assertEquals(KeyState.MISSING, stateOf("a"))
    }

    @Test
    fun `where StrongBox is preferred and fails, the key lives in the TEE and says so`() {
        for (exception in listOf("StrongBoxUnavailableException", "ProviderException")) {
            phone.system.strongBoxRefusal = SystemFailure(exception, null, "refused")
            val made = make(phone.request("preferred.$exception", strongBox = StrongBox.PREFERRED)).getOrThrow()
            assertEquals(KeyLevel.TRUSTED_ENVIRONMENT, made.level)
            val required = make(phone.request("required", strongBox = StrongBox.REQUIRED))
            assertEquals(FailureCode.STRONG_BOX_UNAVAILABLE, required.failure().code)
        }
        phone.system.strongBoxRefusal = null
        assertEquals(KeyLevel.STRONG_BOX, make(phone.request("there", strongBox = StrongBox.PREFERRED)).getOrThrow().level)
    }

    /** Android 11 and before say only that a key is in hardware: which one, only this module knows. */
    @Test
    fun `where no level can be read, a StrongBox that failed is not reported`() {
        val old = FakePhone(File(folder, "old"), apiLevel = 30)
        val make = { alias: String ->
            Settled<CreatedKey>()
                .also { settle -> old.hardware.createKey({ old.request(alias, strongBox = StrongBox.PREFERRED) }, settle) }
                .result
                .getOrThrow()
                .level
        }
        assertEquals(KeyLevel.STRONG_BOX, make("there"))
        old.system.strongBoxRefusal = SystemFailure("StrongBoxUnavailableException", null, "refused")
        assertEquals(KeyLevel.TRUSTED_ENVIRONMENT, make("fallback"))
    }

    @Test
    fun `a proof key never goes to StrongBox`() {
        make(phone.request("proof", KeyRole.PROOF, StrongBox.REQUIRED)).getOrThrow()
        assertEquals(
            false,
            phone.system.asked
                .getValue("proof")
                .getBoolean("strongBoxBacked"),
        )
    }

    @Test
    fun `asking for the state leaves no operation open`() {
        make(phone.request("a")).getOrThrow()
        make(phone.request("seal", KeyRole.SEALING)).getOrThrow()
        make(phone.request("proof", KeyRole.PROOF)).getOrThrow()
        for (alias in listOf("a", "seal", "proof")) assertEquals(KeyState.READY, stateOf(alias))
        assertEquals(3, phone.system.begun)
        assertEquals(emptySet<String>(), phone.system.open.keys)
    }

    @Test
    fun `a prompt that ends without a finger leaves no operation open`() {
        make(phone.request("a")).getOrThrow()
        for (number in listOf(5, 7, 10, 13)) {
            val settled = sign("a")
            phone.screen.shown
                .last()
                .listener
                .onError(number, "ended")
            assertEquals(number, settled.result.failure().nativeCode)
        }
        val canceled = sign("a")
        phone.hardware.cancelPrompt()
        assertEquals(FailureCode.SYSTEM_CANCELED, canceled.result.failure().code)
        assertEquals(emptySet<String>(), phone.system.open.keys)
    }

    @Test
    fun `cancelling ends a prompt that still waits for the worker, and none that is asked for later`() {
        make(phone.request("a")).getOrThrow()
        phone.busy = true
        val before = sign("a")
        phone.hardware.cancelPrompt()
        val after = sign("a")
        phone.work()
        assertEquals(FailureCode.SYSTEM_CANCELED, before.result.failure().code)
        phone.touch()
        assertEquals("used:message", after.result.getOrThrow().decodeToString())
        assertEquals(emptySet<String>(), phone.system.open.keys)
    }

    @Test
    fun `while a prompt is up no second operation is begun`() {
        make(phone.request("a")).getOrThrow()
        sign("a")
        assertEquals(FailureCode.PROMPT_BUSY, sign("a").result.failure().code)
        assertEquals(1, phone.system.begun)
    }

    @Test
    fun `a finger gives a signature, a forced success gives none`() {
        make(phone.request("a")).getOrThrow()
        val touched = sign("a")
        phone.touch()
        assertEquals("used:message", touched.result.getOrThrow().decodeToString())
        val forced = sign("a")
        phone.screen.shown
            .last()
            .run { listener.onSucceeded(operation) }
        assertEquals(FailureCode.KEY_NOT_AUTHORIZED, forced.result.failure().code)
        assertEquals(-26, forced.result.failure().nativeCode)
    }

    @Test
    fun `a key that says late that nobody was recognised is tried once more, after a pause, without another prompt`() {
        make(phone.request("proof", KeyRole.PROOF)).getOrThrow()
        for (number in listOf(-26, -28)) {
            phone.pauses.clear()
            phone.system.failNext("keystore.finish", "KeyStoreException", number)
            val signed = Settled<ByteArray>().also { phone.hardware.signProof("proof", { "p".toByteArray() }, it) }
            assertEquals("used:p", signed.result.getOrThrow().decodeToString())
            assertEquals(listOf(150L), phone.pauses)
        }
    }

    @Test
    fun `it is tried no third time, and no other failure is tried again`() {
        make(phone.request("proof", KeyRole.PROOF)).getOrThrow()
        val sign = { Settled<ByteArray>().also { phone.hardware.signProof("proof", { "p".toByteArray() }, it) }.result }
        repeat(2) { phone.system.failNext("keystore.finish", "KeyStoreException", -28) }
        assertEquals(FailureCode.KEY_NOT_AUTHORIZED, sign().failure().code)
        assertEquals(2, phone.system.begun)
        phone.pauses.clear()
        phone.system.failNext("keystore.finish", "KeyStoreException", -1000)
        assertEquals(-1000, sign().failure().nativeCode)
        assertEquals(emptyList<Long>(), phone.pauses)
        assertEquals(listOf("proof"), listed())
    }

    @Test
    fun `the key that names the installation is nobody’s to see or to make`() {
        val named = Settled<String>()
        phone.hardware.describe(named) { _, installation -> installation }
        assertEquals(22, named.result.getOrThrow().length)
        assertEquals(emptyList<String>(), listed())
        val taken = Settled<CreatedKey>().also { phone.hardware.createKey({ phone.request(Installation.ALIAS) }, it) }
        assertEquals(FailureCode.INVALID_ARGUMENT, taken.result.failure().code)
    }
}
