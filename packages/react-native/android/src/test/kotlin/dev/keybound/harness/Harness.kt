package dev.keybound.harness

import com.facebook.react.bridge.JavaOnlyMap
import com.facebook.react.bridge.Promise
import com.facebook.react.bridge.ReactApplicationContext
import com.facebook.react.bridge.WritableMap
import dev.keybound.reactnative.KeyboundModule
import dev.keybound.reactnative.NativeKeyboundSpec
import dev.keybound.virtual.PhoneSocket
import dev.keybound.virtual.VirtualHost
import dev.keybound.virtual.unmade
import org.json.JSONArray
import org.json.JSONObject
import java.lang.reflect.Proxy
import java.util.concurrent.ConcurrentHashMap

/**
 * Runs modules in a process of their own over virtual phones, for tests in TypeScript. Lines of JSON on standard input: `app`
 * says which module, `open` with port and token makes it, `close` throws it away, and everything else is a call as in
 * `createRemoteHardware`. Answers and events go out the same way, with the `app` they are of.
 */
fun main() {
    val apps = ConcurrentHashMap<Int, App>()
    generateSequence(::readLine).map(::JSONObject).forEach { line ->
        val app = line.getInt("app")
        when {
            line.has("open") -> apps[app] = App(app, line.getJSONObject("open"))
            line.has("close") -> apps.remove(app)?.close()
            else -> apps[app]?.call(line)
        }
    }
}

private class App(
    private val number: Int,
    address: JSONObject,
) {
    private val phone = PhoneSocket(address.getInt("port"), address.getString("token"))

    /** Of which the module asks nothing where its host is given. */
    private val context = unmade(Class.forName("com.facebook.react.bridge.BridgeReactContext")) as ReactApplicationContext
    private val module =
        KeyboundModule(context) {
            VirtualHost(phone) { type -> say(JSONObject().put("lifecycle", JSONObject().put("type", type))) }
        }

    fun call(line: JSONObject) {
        val method = NativeKeyboundSpec::class.java.methods.first { it.name == line.getString("method") }
        val arguments = line.optJSONArray("args") ?: JSONArray()
        val given = (0 until arguments.length()).map { JsonValues.toReact(arguments.get(it)) }
        method.invoke(module, *given.toTypedArray(), promise(line.getInt("id")))
    }

    fun close() {
        module.invalidate()
        phone.close()
    }

    /** Only the two of its many forms that the module uses. */
    private fun promise(id: Int): Promise =
        Proxy.newProxyInstance(javaClass.classLoader, arrayOf(Promise::class.java)) { _, method, given ->
            if (method.name == "resolve") {
                say(JSONObject().put("id", id).put("value", JsonValues.toJson(given[0])))
            } else {
                say(JSONObject().put("id", id).put("error", errorOf(given[0] as String, given[1] as String?, given[3] as WritableMap)))
            }
            null
        } as Promise

    private fun errorOf(
        code: String,
        message: String?,
        details: WritableMap,
    ): JSONObject {
        val error = JSONObject().put("code", code).put("message", message ?: "")
        (details as JavaOnlyMap).toHashMap()["nativeCode"]?.let { error.put("nativeCode", it) }
        return error
    }

    private fun say(message: JSONObject) {
        message.put("app", number)
        synchronized(System.out) {
            println(message)
            System.out.flush()
        }
    }
}
