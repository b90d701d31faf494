package dev.keybound.virtual

/** An object of a class of the framework whose constructor would start half a system; its fields are empty. */
internal fun unmade(type: Class<*>): Any {
    val unsafe =
        Class
            .forName("sun.misc.Unsafe")
            .getDeclaredField("theUnsafe")
            .apply { isAccessible = true }
            .get(null)
    return unsafe.javaClass.getMethod("allocateInstance", Class::class.java).invoke(unsafe, type)
}

/** As above. */
internal inline fun <reified T> unmade(): T = unmade(T::class.java) as T
