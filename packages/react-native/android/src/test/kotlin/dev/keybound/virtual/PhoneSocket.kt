package dev.keybound.virtual

import org.json.JSONObject
import java.io.BufferedReader
import java.io.IOException
import java.io.InputStreamReader
import java.io.OutputStream
import java.net.InetAddress
import java.net.Socket
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ExecutionException
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread

/** An exception of the virtual phone, by its name in Android. */
class SystemFailure(
    val exception: String,
    val number: Int?,
    message: String,
) : Exception(message)

/** System calls of a phone, by their names in docs/virtual-phone.md. */
interface PhoneSystem {
    /** Waits for the answer; an empty object for null. Throws [SystemFailure]. */
    fun call(
        name: String,
        parameters: JSONObject = JSONObject(),
    ): JSONObject
}

/** System calls to a virtual phone (docs/virtual-phone.md): lines of JSON over a loopback socket, the first a token. */
class PhoneSocket(
    port: Int,
    token: String,
) : PhoneSystem {
    private val socket = Socket(InetAddress.getByName("127.0.0.1"), port)
    private val output: OutputStream = socket.getOutputStream()
    private val waiting = ConcurrentHashMap<Int, CompletableFuture<JSONObject>>()
    private val last = AtomicInteger()

    /** Told of events, on the thread that reads. */
    @Volatile
    var onEvent: (name: String, data: JSONObject) -> Unit = { _, _ -> }

    init {
        val admitted = CompletableFuture<Boolean>()
        write(JSONObject().put("token", token))
        thread(isDaemon = true, name = "virtual-phone") {
            readLines { line ->
                val message = JSONObject(line)
                when {
                    message.has("ok") -> admitted.complete(true)
                    message.has("event") -> onEvent(message.getString("event"), message.optJSONObject("data") ?: JSONObject())
                    else -> waiting.remove(message.getInt("id"))?.complete(message)
                }
            }
            waiting.values.forEach { it.completeExceptionally(IllegalStateException("The phone is gone.")) }
        }
        admitted.get()
    }

    override fun call(
        name: String,
        parameters: JSONObject,
    ): JSONObject {
        val answer = begin(name, parameters)
        try {
            return answer.get()
        } catch (error: ExecutionException) {
            throw error.cause ?: error
        }
    }

    /** As [call], without waiting. */
    fun begin(
        name: String,
        parameters: JSONObject,
    ): CompletableFuture<JSONObject> {
        val id = last.incrementAndGet()
        val answer = CompletableFuture<JSONObject>()
        waiting[id] = answer
        write(JSONObject().put("id", id).put("call", name).put("params", parameters))
        return answer.thenApply { message ->
            val error = message.optJSONObject("error") ?: return@thenApply message.optJSONObject("result") ?: JSONObject()
            val number = if (error.has("number")) error.getInt("number") else null
            throw SystemFailure(error.getString("exception"), number, error.optString("message"))
        }
    }

    fun close() = socket.close()

    /** Until the connection ends. */
    private fun readLines(read: (String) -> Unit) {
        val lines = BufferedReader(InputStreamReader(socket.getInputStream(), Charsets.UTF_8))
        try {
            generateSequence(lines::readLine).forEach(read)
        } catch (_: IOException) {
            // It was closed here.
        }
    }

    private fun write(message: JSONObject) {
        val line = "$message\n".toByteArray()
        synchronized(output) {
            output.write(line)
            output.flush()
        }
    }
}
