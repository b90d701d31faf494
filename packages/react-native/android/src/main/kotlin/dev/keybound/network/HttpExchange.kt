package dev.keybound.network

import dev.keybound.failure.FailureCode
import dev.keybound.failure.HardwareFailure
import java.io.ByteArrayOutputStream
import java.io.IOException
import java.io.InputStream
import java.net.HttpURLConnection
import java.net.ProtocolException
import java.net.URL
import java.util.concurrent.ScheduledExecutorService
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicBoolean
import javax.net.ssl.HttpsURLConnection
import javax.net.ssl.SSLException

/** One HTTP exchange: no redirects, no caches, bounded in time and size, pins checked before anything of ours is sent. */
class HttpExchange(
    private val pins: Pins,
    /** Seconds since the Unix epoch. */
    private val now: () -> Long,
    private val timer: ScheduledExecutorService,
    private val connect: (URL) -> HttpURLConnection,
) {
    /** Blocks until there is an answer. Throws `networkFailed`, `pinMismatch`, `invalidArgument`. */
    fun send(request: HttpRequest): HttpResponse {
        val connection = connect(request.url)
        val late = AtomicBoolean()
        val alarm =
            timer.schedule(
                {
                    late.set(true)
                    connection.disconnect()
                },
                request.timeout.toLong(),
                TimeUnit.MILLISECONDS,
            )
        try {
            prepare(connection, request)
            connection.connect()
            if (connection is HttpsURLConnection) pins.check(request.url.host, connection.serverCertificates.toList(), now())
            if (request.body.isNotEmpty()) connection.outputStream.use { it.write(request.body) }
            return answerOf(connection, request.maxBytes)
        } catch (error: IOException) {
            throw failureOf(error, late.get())
        } finally {
            alarm.cancel(false)
            connection.disconnect()
        }
    }

    private fun prepare(
        connection: HttpURLConnection,
        request: HttpRequest,
    ) {
        try {
            connection.requestMethod = request.method
        } catch (error: ProtocolException) {
            throw HardwareFailure(FailureCode.INVALID_ARGUMENT, error.message.orEmpty(), cause = error)
        }
        connection.instanceFollowRedirects = false
        connection.useCaches = false
        connection.connectTimeout = request.timeout
        connection.readTimeout = request.timeout
        // A compressed answer could be far longer than what came over the wire.
        connection.setRequestProperty("Accept-Encoding", "identity")
        for ((name, value) in request.headers) connection.setRequestProperty(name, value)
        if (request.body.isNotEmpty()) {
            connection.doOutput = true
            // Nothing is sent before the pins were checked, nor sent twice.
            connection.setFixedLengthStreamingMode(request.body.size)
        }
    }

    private fun answerOf(
        connection: HttpURLConnection,
        maxBytes: Int,
    ): HttpResponse {
        val status = connection.responseCode
        if (status < 0) throw networkFailed("The server answered with something else than HTTP.")
        val headers =
            connection.headerFields.entries.flatMap { (name: String?, values) ->
                if (name == null) emptyList() else values.map { name to it }
            }
        val stream = if (status >= FIRST_ERROR) connection.errorStream else connection.inputStream
        return HttpResponse(status, headers, stream?.use { readAtMost(it, maxBytes) } ?: ByteArray(0))
    }

    private fun readAtMost(
        stream: InputStream,
        most: Int,
    ): ByteArray {
        val read = ByteArrayOutputStream()
        val block = ByteArray(BLOCK)
        while (true) {
            val count = stream.read(block)
            if (count < 0) return read.toByteArray()
            if (read.size() + count > most) throw networkFailed("The answer is longer than $most bytes.")
            read.write(block, 0, count)
        }
    }

    /** The system checks pins of the network security configuration too, and tells so in prose. */
    private fun failureOf(
        error: IOException,
        late: Boolean,
    ): HardwareFailure =
        when {
            late -> networkFailed("The time for the exchange was up.", error)
            error is SSLException && generateSequence<Throwable>(error) { it.cause }.any { "Pin verification" in it.message.orEmpty() } ->
                HardwareFailure(FailureCode.PIN_MISMATCH, error.message.orEmpty(), cause = error)
            else -> networkFailed("The exchange failed: ${error.message}", error)
        }

    private companion object {
        const val FIRST_ERROR = 400
        const val BLOCK = 16_384
    }
}
