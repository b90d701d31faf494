package dev.keybound.keys

import dev.keybound.encoding.toBase64Url
import dev.keybound.files.PrivateFiles
import java.security.MessageDigest

/**
 * Remembers which keys this installation made. Removing the screen lock deletes keys without a trace, so only this tells a
 * key that was destroyed from one that never was on this phone.
 */
class KeyRecords(
    private val files: PrivateFiles,
    private val installation: Installation,
) {
    /** Whether this installation made a key of this alias and did not delete it. */
    fun has(alias: String): Boolean {
        val record = files.read(nameOf(alias), 0, installation.id.size + 1) ?: return false
        return record.contentEquals(installation.id)
    }

    fun add(alias: String) = files.write(nameOf(alias), installation.id, append = false)

    fun remove(alias: String) = files.delete(nameOf(alias))

    private fun nameOf(alias: String): String = "key." + MessageDigest.getInstance("SHA-256").digest(alias.toByteArray()).toBase64Url()
}
