package dev.keybound.app

import android.system.ErrnoException
import android.system.Os
import android.system.OsConstants
import java.io.File
import java.io.IOException

/** Writes the names in a folder to the disk, as `fsync` does for a file's bytes. */
fun syncFolder(folder: File) {
    try {
        val descriptor = Os.open(folder.path, OsConstants.O_RDONLY, 0)
        try {
            Os.fsync(descriptor)
        } finally {
            Os.close(descriptor)
        }
    } catch (error: ErrnoException) {
        throw IOException("The folder cannot be synced.", error)
    }
}
