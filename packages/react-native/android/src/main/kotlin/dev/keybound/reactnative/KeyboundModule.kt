package dev.keybound.reactnative

import android.app.Application
import com.facebook.react.bridge.Arguments
import com.facebook.react.bridge.Promise
import com.facebook.react.bridge.ReactApplicationContext
import com.facebook.react.bridge.ReadableMap
import dev.keybound.AndroidHardware
import dev.keybound.HardwareHost
import dev.keybound.encoding.bytesOf
import dev.keybound.encoding.toBase64Url
import dev.keybound.prompt.PromptWords

/** Leads from the methods of the spec to [dev.keybound.Hardware]; decides nothing. */
class KeyboundModule(
    context: ReactApplicationContext,
    host: (emit: (String) -> Unit) -> HardwareHost = {
        AndroidHardware(context.applicationContext as Application, { context.currentActivity }, it)
    },
) : NativeKeyboundSpec(context) {
    private val android = host(::tell)
    private val hardware get() = android.hardware

    override fun invalidate() {
        android.close()
        super.invalidate()
    }

    override fun describe(promise: Promise) =
        hardware.describe(promise.settling { it }) { device, installation ->
            objectOf(
                "platform" to "android",
                "systemVersion" to device.app.apiLevel.toString(),
                "appId" to device.app.packageName,
                "biometry" to device.biometry,
                "status" to device.status().wire,
                "installation" to installation,
            ).apply {
                putArray("signingDigests", listOfTexts(device.app.signingDigests.map { it.toBase64Url() }))
                putArray("keyLevels", listOfTexts(device.keyLevels))
                putBoolean("screenLock", device.screenLock)
                putBoolean("appIntegrity", hardware.hasIntegrityProvider)
                putBoolean("development", device.isDevelopment)
            }
        }

    override fun createKey(
        request: ReadableMap,
        promise: Promise,
    ) = hardware.createKey(
        { keyRequestOf(request) },
        promise.settling { key ->
            objectOf("publicKey" to key.publicKey.toBase64Url(), "level" to key.level.wire).apply {
                putArray("chain", listOfTexts(key.chain.map { it.toBase64Url() }))
            }
        },
    )

    override fun keyState(
        alias: String,
        promise: Promise,
    ) = hardware.keyState(alias, promise.settling { it.wire })

    override fun deleteKey(
        alias: String,
        promise: Promise,
    ) = hardware.deleteKey(alias, promise.nothing)

    override fun listKeys(
        prefix: String,
        promise: Promise,
    ) = hardware.listKeys(prefix, promise.texts)

    override fun sign(
        alias: String,
        bytes: String,
        prompt: ReadableMap,
        promise: Promise,
    ) = withWords(prompt, promise) { hardware.sign(alias, { bytesOf(bytes) }, it, promise.bytes) }

    override fun signStatement(
        request: ReadableMap,
        promise: Promise,
    ) = hardware.signStatement(
        { statementRequestOf(request) },
        promise.settling { (clientData, signature) ->
            objectOf("clientDataJson" to clientData.toBase64Url(), "signature" to signature.toBase64Url())
        },
    )

    override fun signProof(
        alias: String,
        bytes: String,
        promise: Promise,
    ) = hardware.signProof(alias, { bytesOf(bytes) }, promise.bytes)

    override fun newVaultPair(
        alias: String,
        context: String,
        promise: Promise,
    ) = hardware.newVaultPair(
        alias,
        context,
        promise.settling { objectOf("publicKey" to it.point.toBase64Url(), "sealed" to it.sealed.toBase64Url()) },
    )

    override fun openVaultPair(
        alias: String,
        pair: ReadableMap,
        context: String,
        prompt: ReadableMap,
        promise: Promise,
    ) = withWords(prompt, promise) { hardware.openVaultPair(alias, { sealedPairOf(pair) }, context, it, promise.text) }

    override fun newDataKey(promise: Promise) = hardware.newDataKey(promise.text)

    override fun wrapDataKey(
        publicKey: String,
        dataKey: String,
        promise: Promise,
    ) = hardware.wrapDataKey(
        { bytesOf(publicKey) },
        dataKey,
        promise.settling { objectOf("epk" to it.ephemeral.toBase64Url(), "wrapped" to it.wrapped.toBase64Url()) },
    )

    override fun unwrapDataKey(
        pair: String,
        wrapped: ReadableMap,
        promise: Promise,
    ) = hardware.unwrapDataKey(pair, { wrappedKeyOf(wrapped) }, promise.text)

    override fun aeadSeal(
        dataKey: String,
        plaintext: String,
        associated: String,
        promise: Promise,
    ) = hardware.aeadSeal(dataKey, { bytesOf(plaintext) }, { bytesOf(associated) }, promise.bytes)

    override fun aeadOpen(
        dataKey: String,
        sealed: String,
        associated: String,
        promise: Promise,
    ) = hardware.aeadOpen(dataKey, { bytesOf(sealed) }, { bytesOf(associated) }, promise.bytes)

    override fun newSessionKey(promise: Promise) =
        hardware.newSessionKey(
            promise.settling { (handle, point) -> objectOf("handle" to handle, "publicKey" to point.toBase64Url()) },
        )

    override fun signSession(
        handle: String,
        bytes: String,
        promise: Promise,
    ) = hardware.signSession(handle, { bytesOf(bytes) }, promise.bytes)

    override fun closeHandle(
        handle: String,
        promise: Promise,
    ) = hardware.closeHandle(handle, promise.nothing)

    override fun random(
        length: Double,
        promise: Promise,
    ) = hardware.random({ wholeOf(length) }, promise.bytes)

    override fun sha256(
        bytes: String,
        promise: Promise,
    ) = hardware.sha256({ bytesOf(bytes) }, promise.bytes)

    override fun verify(
        publicKey: String,
        bytes: String,
        signature: String,
        promise: Promise,
    ) = hardware.verify({ bytesOf(publicKey) }, { bytesOf(bytes) }, { bytesOf(signature) }, promise.settling { it })

    override fun readFile(
        name: String,
        offset: Double,
        length: Double,
        promise: Promise,
    ) = hardware.files(promise.settling { it?.toBase64Url() }) { read(name, wholeOf(offset).toLong(), wholeOf(length)) }

    override fun writeFile(
        name: String,
        bytes: String,
        append: Boolean,
        promise: Promise,
    ) = hardware.files(promise.nothing) { write(name, bytesOf(bytes), append) }

    override fun renameFile(
        from: String,
        to: String,
        promise: Promise,
    ) = hardware.files(promise.nothing) { rename(from, to) }

    override fun deleteFile(
        name: String,
        promise: Promise,
    ) = hardware.files(promise.nothing) { delete(name) }

    override fun listFiles(
        prefix: String,
        promise: Promise,
    ) = hardware.files(promise.texts) { list(prefix) }

    override fun appAttestKey(
        name: String,
        promise: Promise,
    ) = hardware.unsupported(promise.text)

    override fun appAttestAttest(
        keyId: String,
        clientDataHash: String,
        promise: Promise,
    ) = hardware.unsupported(promise.text)

    override fun appAttestAssert(
        keyId: String,
        clientDataHash: String,
        promise: Promise,
    ) = hardware.unsupported(promise.text)

    override fun integrityToken(
        nonce: String,
        promise: Promise,
    ) = hardware.integrityToken(nonce, promise.text)

    override fun cancelPrompt(promise: Promise) {
        hardware.cancelPrompt()
        promise.resolve(null)
    }

    override fun setScreenPrivacy(
        on: Boolean,
        promise: Promise,
    ) = android.setScreenPrivacy(on) { promise.resolve(null) }

    override fun request(
        request: ReadableMap,
        promise: Promise,
    ) = hardware.request(
        { httpRequestOf(request, hardware.device.isDevelopment) },
        promise.settling { response ->
            objectOf("body" to response.body.toBase64Url()).apply {
                putInt("status", response.status)
                val headers = Arguments.createArray()
                for ((name, value) in response.headers) headers.pushMap(objectOf("name" to name, "value" to value))
                putArray("headers", headers)
            }
        },
    )

    /** Words are read before anything else, so that a prompt without them is refused here. */
    private fun withWords(
        prompt: ReadableMap,
        promise: Promise,
        show: (PromptWords) -> Unit,
    ) {
        val words = runCatching { wordsOf(prompt) }
        words.fold(show) { promise.nothing(Result.failure(it)) }
    }

    /** Events before JavaScript listens are nobody's. */
    private fun tell(type: String) {
        if (mEventEmitterCallback != null) emitOnLifecycle(objectOf("type" to type))
    }
}
