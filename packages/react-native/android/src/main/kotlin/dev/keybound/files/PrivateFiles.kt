package dev.keybound.files

import dev.keybound.failure.FailureCode
import dev.keybound.failure.HardwareFailure
import dev.keybound.failure.invalidArgument
import java.io.File
import java.io.FileOutputStream
import java.io.IOException
import java.io.RandomAccessFile

/** Files of the app below one folder that no backup takes: `Context.getNoBackupFilesDir`. */
class PrivateFiles(
    private val folder: File,
    /** Makes renames inside a folder last: `fsync` of the folder itself. */
    private val syncFolder: (File) -> Unit,
) {
    /** At most 1 MiB from `offset`; null where there is no such file. */
    fun read(
        name: String,
        offset: Long,
        length: Int,
    ): ByteArray? {
        if (offset < 0 || length !in 0..MOST_AT_ONCE) throw invalidArgument("Unexpected range, expected at most 1 MiB.")
        val file = fileOf(name)
        return storing {
            if (!file.isFile) return@storing null
            RandomAccessFile(file, "r").use { source ->
                val left = (source.length() - offset).coerceIn(0, length.toLong())
                source.seek(offset)
                ByteArray(left.toInt()).also(source::readFully)
            }
        }
    }

    /** Whole and on the disk before it returns, or not at all; with `append` at the end of what is there. */
    fun write(
        name: String,
        bytes: ByteArray,
        append: Boolean,
    ) {
        if (bytes.size > MOST_AT_ONCE) throw invalidArgument("Unexpected ${bytes.size} bytes, expected at most 1 MiB.")
        val file = fileOf(name)
        storing {
            makeFolder()
            if (append && file.isFile) appendTo(file, bytes) else replace(file, bytes)
        }
    }

    /** In place of what has that name, at once. */
    fun rename(
        from: String,
        to: String,
    ) {
        val source = fileOf(from)
        val target = fileOf(to)
        storing {
            if (!source.renameTo(target)) throw IOException("There is no file $from, or it cannot be renamed.")
            syncFolder(folder)
        }
    }

    /** Nothing happens where there is none. */
    fun delete(name: String) {
        val file = fileOf(name)
        storing {
            if (file.exists() && !file.delete()) throw IOException("The file $name cannot be deleted.")
            if (folder.isDirectory) syncFolder(folder)
        }
    }

    /** Names that begin with `prefix`. */
    fun list(prefix: String): List<String> =
        storing {
            folder
                .list()
                .orEmpty()
                .filter { it.startsWith(prefix) && !it.startsWith(".") }
                .sorted()
        }

    private fun replace(
        file: File,
        bytes: ByteArray,
    ) {
        // A name that callers cannot use, so an interrupted writing is never taken for a file.
        val unfinished = File(folder, ".${file.name}.new")
        FileOutputStream(unfinished).use { sink ->
            sink.write(bytes)
            sink.fd.sync()
        }
        if (!unfinished.renameTo(file)) throw IOException("The file ${file.name} cannot be replaced.")
        syncFolder(folder)
    }

    private fun appendTo(
        file: File,
        bytes: ByteArray,
    ) {
        RandomAccessFile(file, "rw").use { sink ->
            val before = sink.length()
            try {
                sink.seek(before)
                sink.write(bytes)
                sink.fd.sync()
            } catch (error: IOException) {
                sink.setLength(before)
                throw error
            }
        }
    }

    private fun makeFolder() {
        if (!folder.isDirectory && !folder.mkdirs()) throw IOException("The folder cannot be made.")
    }

    private fun fileOf(name: String): File {
        if (!names.matches(name)) throw invalidArgument("Unexpected file name, expected 1 to 200 of A-Z a-z 0-9 . _ -")
        return File(folder, name)
    }

    private fun <T> storing(work: () -> T): T =
        try {
            work()
        } catch (error: IOException) {
            throw HardwareFailure(FailureCode.STORAGE_FAILED, "The disk refused: ${error.message}", cause = error)
        }

    private companion object {
        const val MOST_AT_ONCE = 1 shl 20
        val names = Regex("[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}")
    }
}
