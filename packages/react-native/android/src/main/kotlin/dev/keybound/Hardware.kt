package dev.keybound

import dev.keybound.app.AppState
import dev.keybound.app.Integrity
import dev.keybound.app.Settle
import dev.keybound.app.Worker
import dev.keybound.device.DeviceInspector
import dev.keybound.encoding.toBase64Url
import dev.keybound.failure.FailureCode
import dev.keybound.failure.HardwareFailure
import dev.keybound.failure.invalidArgument
import dev.keybound.files.PrivateFiles
import dev.keybound.keys.CreatedKey
import dev.keybound.keys.Installation
import dev.keybound.keys.KeyMaker
import dev.keybound.keys.KeyRequest
import dev.keybound.keys.KeyState
import dev.keybound.keys.KeyStoreAccess
import dev.keybound.keys.KeyUse
import dev.keybound.keys.Operation
import dev.keybound.keys.checkAlias
import dev.keybound.network.HttpExchange
import dev.keybound.network.HttpRequest
import dev.keybound.network.HttpResponse
import dev.keybound.prompt.PromptOwner
import dev.keybound.prompt.PromptWords
import dev.keybound.statements.StatementChallenge
import dev.keybound.statements.StatementReader
import dev.keybound.statements.StatementRenderer
import dev.keybound.statements.StatementRequest
import dev.keybound.vault.Curve
import dev.keybound.vault.DataKeys
import dev.keybound.vault.Handles
import dev.keybound.vault.HeldKey
import dev.keybound.vault.SealedPair
import dev.keybound.vault.SoftwareSignatures
import dev.keybound.vault.VaultPairs
import dev.keybound.vault.WrappedKey
import java.security.MessageDigest
import java.security.SecureRandom

/** What [Hardware] works with. */
class HardwareParts(
    val device: DeviceInspector,
    /** Keystore, vault and disk: one thread, so that no two operations compete for the few slots of secure hardware. */
    val worker: Worker,
    /** What waits for servers. */
    val network: Worker,
    val prompts: PromptOwner,
    val files: PrivateFiles,
    /** What Keybound keeps about its keys, apart from the files of callers. */
    val records: PrivateFiles,
    val exchange: HttpExchange,
    val random: SecureRandom,
    /** Waits so many milliseconds on the worker. */
    val pause: (Long) -> Unit,
)

/** `SecureHardware` of `@keybound/phone` on Android, without a word of React Native. Every call settles once. */
class Hardware(
    private val parts: HardwareParts,
) {
    val device: DeviceInspector = parts.device

    /** Whether [integrityToken] can answer. */
    val hasIntegrityProvider: Boolean get() = Integrity.provider != null
    private val worker = parts.worker
    private val keys = KeyStoreAccess(parts.records)
    private val maker = KeyMaker(parts.device, keys)
    private val use = KeyUse(keys, parts.pause)
    private val handles = Handles(parts.random)
    private val vaults = VaultPairs(keys, parts.random)
    private val dataKeys = DataKeys(parts.random)

    /** `read` gets the status of the device and the id of the installation, which only the worker may ask for. */
    fun <T> describe(
        settle: Settle<T>,
        read: (DeviceInspector, String) -> T,
    ) = worker.answer(settle) { read(device, KeyStoreAccess.guarded { keys.installation.id }.toBase64Url()) }

    fun createKey(
        request: () -> KeyRequest,
        settle: Settle<CreatedKey>,
    ) = worker.answer(settle) { maker.make(request()) }

    fun keyState(
        alias: String,
        settle: Settle<KeyState>,
    ) = worker.answer(settle) { use.state(checkAlias(alias)) }

    fun deleteKey(
        alias: String,
        settle: Settle<Unit>,
    ) = worker.answer(settle) {
        KeyStoreAccess.guarded { if (keys.has(checkAlias(alias))) keys.store.deleteEntry(alias) }
        keys.records.remove(alias)
    }

    fun listKeys(
        prefix: String,
        settle: Settle<List<String>>,
    ) = worker.answer(settle) {
        KeyStoreAccess.guarded {
            keys.store
                .aliases()
                .toList()
                .filter { it.startsWith(prefix) && it != Installation.ALIAS }
        }
    }

    fun sign(
        alias: String,
        bytes: () -> ByteArray,
        words: PromptWords,
        settle: Settle<ByteArray>,
    ) = worker.attempt(settle) {
        val input = bytes()
        unlocked(words, { use.beginSigning(checkAlias(alias)) }, input, settle) { it }
    }

    /** Client data and signature. The words of the prompt come from the statement and nowhere else. */
    fun signStatement(
        request: () -> StatementRequest,
        settle: Settle<Pair<ByteArray, ByteArray>>,
    ) = worker.attempt(settle) {
        val asked = request()
        val statement = StatementReader.read(asked.statement)
        val words = PromptWords(statement.title, "", StatementRenderer.body(statement), asked.cancel)
        val clientData = StatementChallenge.clientData(asked)
        val input = StatementChallenge.signedBytes(asked, clientData)
        unlocked(words, { use.beginSigning(checkAlias(asked.alias)) }, input, settle) { clientData to it }
    }

    fun signProof(
        alias: String,
        bytes: () -> ByteArray,
        settle: Settle<ByteArray>,
    ) = worker.answer(settle) { use.signProof(checkAlias(alias), bytes()) }

    fun newVaultPair(
        alias: String,
        context: String,
        settle: Settle<SealedPair>,
    ) = worker.answer(settle) { vaults.make(checkAlias(alias), context) }

    /** The handle of the private half. */
    fun openVaultPair(
        alias: String,
        pair: () -> SealedPair,
        context: String,
        words: PromptWords,
        settle: Settle<String>,
    ) = worker.attempt(settle) {
        val sealed = pair()
        val wrapped = vaults.wrappedOf(sealed)
        unlocked(words, { use.beginOpening(checkAlias(alias)) }, wrapped, settle) { key ->
            handles.hold(vaults.open(sealed, key, context))
        }
    }

    fun newDataKey(settle: Settle<String>) = worker.answer(settle) { handles.hold(dataKeys.make()) }

    fun wrapDataKey(
        point: () -> ByteArray,
        dataKey: String,
        settle: Settle<WrappedKey>,
    ) = worker.answer(settle) { dataKeys.wrap(point(), handles.get(dataKey)) }

    fun unwrapDataKey(
        pair: String,
        wrapped: () -> WrappedKey,
        settle: Settle<String>,
    ) = worker.answer(settle) { handles.hold(dataKeys.unwrap(handles.get(pair), wrapped())) }

    fun aeadSeal(
        dataKey: String,
        plaintext: () -> ByteArray,
        associated: () -> ByteArray,
        settle: Settle<ByteArray>,
    ) = worker.answer(settle) { dataKeys.seal(handles.get(dataKey), plaintext(), associated()) }

    fun aeadOpen(
        dataKey: String,
        sealed: () -> ByteArray,
        associated: () -> ByteArray,
        settle: Settle<ByteArray>,
    ) = worker.answer(settle) { dataKeys.open(handles.get(dataKey), sealed(), associated()) }

    /** Its handle and uncompressed point. */
    fun newSessionKey(settle: Settle<Pair<String, ByteArray>>) =
        worker.answer(settle) { Curve.newPair(parts.random).let { handles.hold(HeldKey.Session(it)) to it.point } }

    fun signSession(
        handle: String,
        bytes: () -> ByteArray,
        settle: Settle<ByteArray>,
    ) = worker.answer(settle) { SoftwareSignatures.sign(handles.get(handle), bytes()) }

    fun closeHandle(
        handle: String,
        settle: Settle<Unit>,
    ) = worker.answer(settle) { handles.close(handle) }

    fun random(
        length: () -> Int,
        settle: Settle<ByteArray>,
    ) = worker.answer(settle) {
        val wanted = length()
        if (wanted > MOST_RANDOM) throw invalidArgument("Unexpected length, expected at most $MOST_RANDOM.")
        ByteArray(wanted).also(parts.random::nextBytes)
    }

    fun sha256(
        bytes: () -> ByteArray,
        settle: Settle<ByteArray>,
    ) = worker.answer(settle) { MessageDigest.getInstance("SHA-256").digest(bytes()) }

    fun verify(
        point: () -> ByteArray,
        bytes: () -> ByteArray,
        signature: () -> ByteArray,
        settle: Settle<Boolean>,
    ) = worker.answer(settle) { SoftwareSignatures.verify(point(), bytes(), signature()) }

    /** Work with the files of callers, one after the other. */
    fun <T> files(
        settle: Settle<T>,
        work: PrivateFiles.() -> T,
    ) = worker.answer(settle) { parts.files.work() }

    fun request(
        request: () -> HttpRequest,
        settle: Settle<HttpResponse>,
    ) = parts.network.answer(settle) { parts.exchange.send(request()) }

    fun integrityToken(
        nonce: String,
        settle: Settle<String>,
    ) = parts.network.answer(settle) { Integrity.token(nonce) }

    /**
     * Closes the prompt that is open. One that was asked for and still waits for the worker is ended in its turn, which comes
     * before that of whatever is asked for after this.
     */
    fun cancelPrompt() {
        if (!parts.prompts.cancel()) worker.answer<Unit>({}) { parts.prompts.cancel() }
    }

    /** On the main thread. */
    fun onAppState(state: AppState) = parts.prompts.onAppState(state)

    /** Wipes what is in memory: JavaScript that knew the handles is gone. */
    fun close() = worker.answer<Unit>({}) { handles.closeAll() }

    /** App Attest is Apple's. */
    fun <T> unsupported(settle: Settle<T>) =
        settle(Result.failure(HardwareFailure(FailureCode.UNSUPPORTED, "Android attests keys, not apps: there is no App Attest.")))

    /**
     * One prompt over one operation, on the worker: begins it, has it unlocked, finishes the operation that the prompt hands
     * back, and ends it in any case.
     */
    private fun <T> unlocked(
        words: PromptWords,
        begin: () -> Operation,
        input: ByteArray,
        settle: Settle<T>,
        value: (ByteArray) -> T,
    ) {
        val place = parts.prompts.claim()
        val operation =
            try {
                begin()
            } catch (failure: HardwareFailure) {
                place.release()
                throw failure
            }
        place.show(words, operation) { outcome ->
            worker.answer(settle) {
                val unlocked = outcome.getOrElse { failure -> throw failure.also { operation.abandon() } }
                // Code injected into the app can hand back another: what that gives is no use of our key, and ours still waits.
                if (unlocked.primitive !== operation.primitive) operation.abandon()
                value(use.finish(unlocked, input, begin))
            }
        }
    }

    private companion object {
        const val MOST_RANDOM = 1 shl 20
    }
}
