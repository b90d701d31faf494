package dev.keybound.files

import dev.keybound.failure.FailureCode
import dev.keybound.fakes.failing
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File
import java.nio.file.Files
import java.nio.file.Path

/** What the conformance case F06 asks, on a real disk: the double of the phone has none that could fill up. */
class PrivateFilesTest {
    @TempDir
    lateinit var folder: File
    private var synced = 0
    private val files by lazy { PrivateFiles(folder) { synced++ } }
    private val old = "old".toByteArray()

    private fun read(name: String) = files.read(name, 0, 1 shl 20)

    /** Linux has a file that is always full; here it stands where the new bytes are written first. */
    @Test
    fun `a write to a full disk says so and leaves what was there`() {
        files.write("box", old, append = false)
        val full = Files.createSymbolicLink(folder.toPath().resolve(".box.new"), Path.of("/dev/full"))
        failing(FailureCode.STORAGE_FAILED) { files.write("box", "new".toByteArray(), append = false) }
        Files.delete(full)
        assertArrayEquals(old, read("box"))
    }

    /** The lane starts these tests with the longest file limited (`ulimit -f`), to less than ten mebibytes. */
    @Test
    fun `an append that does not fit is taken back whole`() {
        val block = ByteArray(1_000_003) { 5 }
        var written = 0
        val failure =
            failing(FailureCode.STORAGE_FAILED) {
                repeat(10) {
                    files.write("log", block, append = true)
                    written++
                }
            }
        assertTrue(written in 1..9, failure.message)
        assertEquals(written.toLong() * block.size, File(folder, "log").length())
    }

    @Test
    fun `nothing counts as written before file and folder are on the disk`() {
        files.write("box", old, append = false)
        assertEquals(1, synced)
        files.rename("box", "other")
        assertEquals(2, synced)
        files.delete("other")
        assertEquals(3, synced)
    }

    @Test
    fun `a folder that cannot be synced fails the write`() {
        val broken = PrivateFiles(folder) { throw java.io.IOException("I/O error") }
        failing(FailureCode.STORAGE_FAILED) { broken.write("box", old, append = false) }
    }

    @Test
    fun `a file that was never finished is none`() {
        File(folder, ".box.new").writeBytes(old)
        assertEquals(null, read("box"))
        assertEquals(emptyList<String>(), files.list(""))
        failing(FailureCode.INVALID_ARGUMENT) { read(".box.new") }
    }
}
