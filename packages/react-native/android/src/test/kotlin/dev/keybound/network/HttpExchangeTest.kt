package dev.keybound.network

import com.sun.net.httpserver.HttpServer
import dev.keybound.failure.FailureCode
import dev.keybound.fakes.failing
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.ByteArrayOutputStream
import java.net.HttpURLConnection
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.URL
import java.security.cert.Certificate
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import javax.net.ssl.HttpsURLConnection
import javax.net.ssl.SSLHandshakeException
import com.sun.net.httpserver.HttpExchange as Received

/** Against a real server on this machine; with TLS against a connection that shows the keys a test chose. */
class HttpExchangeTest {
    private val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)
    private val timer = Executors.newSingleThreadScheduledExecutor()
    private val asked = mutableListOf<String>()
    private val never = CountDownLatch(1)

    init {
        server.executor = Executors.newCachedThreadPool()
        server.createContext("/") { received ->
            synchronized(asked) { asked.add("${received.requestMethod} ${received.requestURI}") }
            answer(received)
        }
        server.start()
    }

    @AfterEach
    fun close() {
        never.countDown()
        server.stop(0)
        timer.shutdownNow()
        (server.executor as java.util.concurrent.ExecutorService).shutdownNow()
    }

    private fun answer(received: Received) {
        val (status, body) =
            when (received.requestURI.path) {
                "/moved" -> 302 to ByteArray(0)
                "/echo" -> 200 to received.requestBody.readBytes()
                "/refused" -> 401 to "no".toByteArray()
                "/long" -> 200 to ByteArray(5000)
                "/silent" -> 200.also { never.await() } to ByteArray(0)
                else -> 200 to "elsewhere".toByteArray()
            }
        if (status == 302) received.responseHeaders.add("Location", "/elsewhere")
        received.sendResponseHeaders(status, if (body.isEmpty()) -1 else body.size.toLong())
        received.responseBody.use { it.write(body) }
    }

    private fun exchange(
        pins: Pins = Pins.none,
        now: Long = 0,
        connect: (URL) -> HttpURLConnection = { it.openConnection() as HttpURLConnection },
    ) = HttpExchange(pins, { now }, timer, connect)

    private fun request(
        path: String,
        method: String = "GET",
        body: ByteArray = ByteArray(0),
        timeout: Int = 20_000,
        maxBytes: Int = 4000,
    ) = HttpRequest(method, "http://127.0.0.1:${server.address.port}$path", emptyList(), body, timeout, maxBytes, development = true)

    @Test
    fun `follows no redirect`() {
        val response = exchange().send(request("/moved"))
        assertEquals(302, response.status)
        assertEquals("/elsewhere", response.headers.single { it.first.equals("location", ignoreCase = true) }.second)
        assertEquals(listOf("GET /moved"), asked)
    }

    @Test
    fun `sends a body and takes the answer to an error`() {
        val body = "body".toByteArray()
        assertArrayEquals(body, exchange().send(request("/echo", "POST", body)).body)
        val refused = exchange().send(request("/refused"))
        assertEquals(401 to "no", refused.status to refused.body.decodeToString())
    }

    @Test
    fun `an answer that is too long is refused`() {
        failing(FailureCode.NETWORK_FAILED) { exchange().send(request("/long", maxBytes = 4999)) }
        assertEquals(5000, exchange().send(request("/long", maxBytes = 5000)).body.size)
    }

    @Test
    fun `a server that says nothing is left when the time is up`() {
        failing(FailureCode.NETWORK_FAILED) { exchange().send(request("/silent", timeout = 50)) }
    }

    @Test
    fun `a server that is not there is a failure of the network`() {
        server.stop(0)
        failing(FailureCode.NETWORK_FAILED) { exchange().send(request("/echo")) }
    }

    @Test
    fun `only https, except to this machine while developing`() {
        val make = { url: String, development: Boolean ->
            HttpRequest("GET", url, emptyList(), ByteArray(0), 1, 1, development)
        }
        make("https://bank.example/", false)
        make("http://localhost:8080/", true)
        for (url in listOf(
            "http://bank.example/",
            "http://localhost/",
            "ftp://bank.example/",
            "https://me@bank.example/",
            "bank.example",
        )) {
            failing(FailureCode.INVALID_ARGUMENT) { make(url, false) }
        }
        failing(FailureCode.INVALID_ARGUMENT) { make("http://bank.example/", true) }
    }

    @Test
    fun `a header that would write another is refused`() {
        for (header in listOf("A\r\nB" to "1", "A" to "1\r\nB: 2", "" to "1")) {
            failing(FailureCode.INVALID_ARGUMENT) {
                HttpRequest("GET", "https://bank.example/", listOf(header), ByteArray(0), 1, 1, development = false)
            }
        }
    }

    @Test
    fun `nothing is sent to a server whose key is not pinned, or whose pins have expired`() {
        val pins = Pins.read("expires=2000;bank.example ${pinOf(byteArrayOf(1))} ${pinOf(byteArrayOf(2))}")
        val secret = HttpRequest("POST", "https://bank.example/", emptyList(), byteArrayOf(7), 1000, 10, development = false)
        val send = { key: Byte, now: Long ->
            FakeTls(secret.url, KeyOnly(byteArrayOf(key))).also { tls -> exchange(pins, now) { tls }.send(secret) }
        }
        assertArrayEquals(byteArrayOf(7), send(1, 1999).sent.toByteArray())
        for ((key, now) in listOf<Pair<Byte, Long>>(3.toByte() to 1999, 1.toByte() to 2000)) {
            val tls = FakeTls(secret.url, KeyOnly(byteArrayOf(key)))
            failing(FailureCode.PIN_MISMATCH) { exchange(pins, now) { tls }.send(secret) }
            assertEquals(0, tls.sent.size())
            assertTrue(tls.closed)
        }
    }

    @Test
    fun `a refusal by the system’s own pins is one of pins`() {
        val request = HttpRequest("GET", "https://bank.example/", emptyList(), ByteArray(0), 1000, 10, development = false)
        val refusing = { message: String -> FakeTls(request.url, KeyOnly(byteArrayOf(1)), SSLHandshakeException(message)) }
        failing(FailureCode.PIN_MISMATCH) { exchange { refusing("Pin verification failed") }.send(request) }
        failing(FailureCode.NETWORK_FAILED) { exchange { refusing("Trust anchor not found") }.send(request) }
    }

    @Test
    fun `no cache and no compression`() {
        val request = HttpRequest("GET", "https://bank.example/", emptyList(), ByteArray(0), 1000, 10, development = false)
        val tls = FakeTls(request.url, KeyOnly(byteArrayOf(1)))
        exchange { tls }.send(request)
        assertFalse(tls.useCaches)
        assertFalse(tls.instanceFollowRedirects)
        assertEquals("identity", tls.asked["Accept-Encoding"])
    }
}

/** A connection to a server that shows one key, or that cannot be made. */
private class FakeTls(
    url: URL,
    private val certificate: Certificate,
    private val refusal: SSLHandshakeException? = null,
) : HttpsURLConnection(url) {
    val sent = ByteArrayOutputStream()
    val asked = mutableMapOf<String, String>()
    var closed = false

    override fun connect() {
        refusal?.let { throw it }
    }

    override fun setRequestProperty(
        name: String,
        value: String,
    ) {
        asked[name] = value
    }

    override fun getOutputStream() = sent

    override fun getInputStream() = ByteArray(0).inputStream()

    override fun getResponseCode() = 200

    override fun getHeaderFields(): Map<String, List<String>> = emptyMap()

    override fun getServerCertificates() = arrayOf(certificate)

    override fun getLocalCertificates(): Array<Certificate>? = null

    override fun getCipherSuite() = "TLS_AES_128_GCM_SHA256"

    override fun usingProxy() = false

    override fun disconnect() {
        closed = true
    }
}
