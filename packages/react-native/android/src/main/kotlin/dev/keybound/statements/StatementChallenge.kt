package dev.keybound.statements

import dev.keybound.encoding.jsonText
import dev.keybound.encoding.toBase64Url
import dev.keybound.failure.invalidArgument
import java.io.ByteArrayOutputStream
import java.security.MessageDigest

/** A statement to approve (docs/transactions.md). */
class StatementRequest(
    val alias: String,
    val realm: String,
    val account: String,
    val nonce: ByteArray,
    /** In its canonical text. */
    val statement: String,
    val origin: String,
    val authenticatorData: ByteArray,
    /** Of the button that closes the prompt. */
    val cancel: String,
)

/** What a signature over a statement commits to. */
object StatementChallenge {
    private const val NONCE_LENGTH = 32
    private const val LONGEST_NAME = 1024

    /** "keybound/tx/v1" ‖ 00 ‖ len(realm) ‖ realm ‖ len(account) ‖ account ‖ nonce ‖ SHA-256(statement), hashed. */
    fun of(request: StatementRequest): ByteArray {
        if (request.nonce.size != NONCE_LENGTH) throw invalidArgument("Unexpected nonce, expected $NONCE_LENGTH bytes.")
        val input = ByteArrayOutputStream()
        input.write("keybound/tx/v1".toByteArray() + 0)
        for (name in listOf(request.realm, request.account)) {
            val bytes = name.toByteArray()
            if (bytes.size > LONGEST_NAME) throw invalidArgument("Unexpected name, expected at most $LONGEST_NAME bytes.")
            input.write(byteArrayOf((bytes.size shr 8).toByte(), bytes.size.toByte()) + bytes)
        }
        input.write(request.nonce + sha256(request.statement.toByteArray()))
        return sha256(input.toByteArray())
    }

    /** Client data of an assertion (WebAuthn L3 §5.8.1). */
    fun clientData(request: StatementRequest): ByteArray {
        val challenge = of(request).toBase64Url()
        val origin = jsonText(request.origin)
        return """{"type":"webauthn.get","challenge":"$challenge","origin":$origin,"crossOrigin":false}""".toByteArray()
    }

    /** What is signed: authenticator data ‖ SHA-256(client data) (WebAuthn L3 §6.3.3 step 11). */
    fun signedBytes(
        request: StatementRequest,
        clientData: ByteArray,
    ): ByteArray = request.authenticatorData + sha256(clientData)

    private fun sha256(bytes: ByteArray): ByteArray = MessageDigest.getInstance("SHA-256").digest(bytes)
}
