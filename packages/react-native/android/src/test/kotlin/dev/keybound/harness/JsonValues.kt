package dev.keybound.harness

import com.facebook.react.bridge.JavaOnlyArray
import com.facebook.react.bridge.JavaOnlyMap
import org.json.JSONArray
import org.json.JSONObject

/** Values of JSON as React Native hands them to modules, and back. */
internal object JsonValues {
    fun toReact(value: Any?): Any? =
        when (value) {
            JSONObject.NULL, null -> null
            is JSONObject -> JavaOnlyMap().also { map -> for (name in value.keys()) put(map, name, toReact(value.get(name))) }
            is JSONArray -> JavaOnlyArray.from((0 until value.length()).map { toReact(value.get(it)) })
            is Number -> value.toDouble()
            else -> value
        }

    private fun put(
        map: JavaOnlyMap,
        name: String,
        value: Any?,
    ) = when (value) {
        is String -> map.putString(name, value)
        is Boolean -> map.putBoolean(name, value)
        is Double -> map.putDouble(name, value)
        is JavaOnlyMap -> map.putMap(name, value)
        is JavaOnlyArray -> map.putArray(name, value)
        else -> map.putNull(name)
    }

    fun toJson(value: Any?): Any =
        when (value) {
            null -> JSONObject.NULL
            is JavaOnlyMap -> JSONObject().also { json -> for ((name, member) in value.toHashMap()) json.put(name, toJson(member)) }
            is Map<*, *> -> JSONObject().also { json -> for ((name, member) in value) json.put(name as String, toJson(member)) }
            is JavaOnlyArray -> toJson(value.toArrayList())
            is List<*> -> JSONArray().also { json -> value.forEach { json.put(toJson(it)) } }
            else -> value
        }
}
