package dev.keybound.fakes

import dev.keybound.encoding.bytesOf
import dev.keybound.encoding.toBase64Url
import dev.keybound.virtual.PhoneSystem
import dev.keybound.virtual.SystemFailure
import org.json.JSONArray
import org.json.JSONObject
import java.util.Base64

/** The key store of a phone, in memory: does what it is asked, or what a test planned. Keeps no secrets. */
class ScriptedPhone : PhoneSystem {
    /** What was asked for, by alias, also of keys that are gone. */
    val asked = LinkedHashMap<String, JSONObject>()
    val aliases = LinkedHashSet<String>()

    /** Operations that were begun and neither finished nor aborted. */
    val open = LinkedHashMap<String, String>()
    var begun = 0
        private set

    /** Operations that a biometric unlocked. */
    val unlocked = HashSet<String>()

    /** Answers of the next calls of a name, instead of what would happen. */
    val failures = HashMap<String, ArrayDeque<SystemFailure>>()

    /** Changes what the system says of the keys it made. */
    var weaken: (JSONObject) -> Unit = {}

    /** Refuses every key in StrongBox. */
    var strongBoxRefusal: SystemFailure? = null

    fun failNext(
        call: String,
        exception: String,
        number: Int? = null,
        message: String = "",
    ) {
        failures.getOrPut(call, ::ArrayDeque).add(SystemFailure(exception, number, message))
    }

    override fun call(
        name: String,
        parameters: JSONObject,
    ): JSONObject {
        failures[name]?.removeFirstOrNull()?.let { throw it }
        return when (name) {
            "keystore.generate" -> generate(parameters)
            "keystore.keyInfo" -> infoOf(specOf(parameters)).also(weaken)
            "keystore.chain" -> JSONObject().put("chain", JSONArray(listOf(certificateOf(specOf(parameters)))))
            "keystore.aliases" -> JSONObject().put("aliases", JSONArray(aliases))
            "keystore.delete" -> JSONObject().also { aliases.remove(parameters.getString("alias")) }
            "keystore.begin" -> begin(parameters)
            "keystore.finish" -> finish(parameters)
            else -> error("Unexpected call $name.")
        }
    }

    private fun generate(parameters: JSONObject): JSONObject {
        val alias = parameters.getString("alias")
        asked[alias] = parameters
        if (parameters.getBoolean("strongBoxBacked")) strongBoxRefusal?.let { throw it }
        aliases.add(alias)
        return JSONObject()
    }

    private fun specOf(parameters: JSONObject): JSONObject =
        asked[parameters.getString("alias")]?.takeIf { parameters.getString("alias") in aliases }
            ?: throw SystemFailure("KeyNotFound", 7, "No such key.")

    private fun infoOf(spec: JSONObject): JSONObject =
        JSONObject()
            .put("insideSecureHardware", true)
            .put("securityLevel", if (spec.getBoolean("strongBoxBacked")) 2 else 1)
            .put("userAuthenticationRequired", spec.getBoolean("userAuthenticationRequired"))
            .put("userAuthenticationValidityDurationSeconds", spec.getInt("userAuthenticationValidity"))
            .put("userAuthenticationType", spec.getInt("userAuthenticationType"))
            .put("userAuthenticationRequirementEnforcedBySecureHardware", spec.getBoolean("userAuthenticationRequired"))
            .put("invalidatedByBiometricEnrollment", spec.getBoolean("invalidatedByBiometricEnrollment"))

    private fun begin(parameters: JSONObject): JSONObject {
        specOf(parameters)
        val operation = "operation ${++begun}"
        open[operation] = parameters.getString("alias")
        return JSONObject().put("operation", operation)
    }

    private fun finish(parameters: JSONObject): JSONObject {
        val operation = parameters.getString("operation")
        val alias = open.remove(operation) ?: throw SystemFailure("KeyStoreException", -28, "Invalid operation handle")
        val guarded = asked.getValue(alias).getBoolean("userAuthenticationRequired")
        if (guarded && operation !in unlocked) throw SystemFailure("KeyStoreException", -26, "Key user not authenticated")
        return JSONObject().put("bytes", ("used:" + bytesOf(parameters.getString("bytes")).decodeToString()).toByteArray().toBase64Url())
    }

    private fun certificateOf(spec: JSONObject): String =
        Base64.getMimeDecoder().decode(if (spec.getString("algorithm") == "EC") EC_CERTIFICATE else RSA_CERTIFICATE).toBase64Url()

    private companion object {
        /** Made once with OpenSSL; who holds its private half does not matter here. */
        const val EC_CERTIFICATE = """
            MIIBXDCCAQKgAwIBAgIBATAKBggqhkjOPQQDAjAMMQowCAYDVQQDDAF0MCAXDTI2MTEyNjE1NDMyM1oYDzIxMjYxMTAyMTU0MzIzWjAMMQow
            CAYDVQQDDAF0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE2tvGv5sSIW2zNEfTKII910EtPxVlbTaR/0PWhBIyKAMhFSTzw/VJ1XQWoMaW
            q/p4zDjso7/HCBqX5NCOc4I+hKNTMFEwHQYDVR0OBBYEFDfCb03USxWa4hjBuq+LBexZ0fi4MB8GA1UdIwQYMBaAFDfCb03USxWa4hjBuq+L
            BexZ0fi4MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgOpq6V1SMMSrHaA9lupL5PI71nbaErBPgtRn1jb0I8DcCIQDhtW2H
            a72L/ghcMLizIT+EdgKDWpuOvoq8Sz5ESR3lfg=="""
        const val RSA_CERTIFICATE = """
            MIIC6DCCAdCgAwIBAgIBATANBgkqhkiG9w0BAQsFADAMMQowCAYDVQQDDAF0MCAXDTI2MTEyNjE1NDMyN1oYDzIxMjYxMTAyMTU0MzI3WjAM
            MQowCAYDVQQDDAF0MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0FOHp26poasAk/gnbxrWuiAfCggwly0ZmhDnytwazZQcBam0
            YcmnB+1w2b3QsUTX69wQFA77krj0xUKbOICrPbPPNHcceMJK3lP0RP5m3/MNmWrK70uw0rq/mrW2za7fDz7G4gJrrTZ6zaNPVU794qt49VdG
            8qU5NmL/bF8+fy5RptjeVsh07ttHifABGunT3Uv6hUo7TBjt1+N1Cii3RUqT5J/QfFs6kDF3xo0UcgAC9Vf9RsqCKDN2eKMDGvmsIoOhGpL4
            1pEdVfIAlfMBfSdyQgnd2XW42hKV5nukNltJGakGTAPtw46FjLV6SN1sA9u3sUzOGtn25Vkh/zxMpQIDAQABo1MwUTAdBgNVHQ4EFgQUE+AC
            3NpzOAoRqHwsEYBEPaCqDfowHwYDVR0jBBgwFoAUE+AC3NpzOAoRqHwsEYBEPaCqDfowDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsF
            AAOCAQEAZ/1+ydA/K6Sh/JUlwpJE7aC6eshwCO1ya7Lt4aH9c2FPhZnBepsDZteASDrNapYdG6dc7uCCzVYLmlDubndcTIODyKFXyMi5xUj7
            QgV6BHnmgG9gbGleKMowxnDpRVoMjEjLmWyvZ/YFWel3IyYS0xeDtkzC4CnDXleb4L4NZL1U6aOjqdQmgdfYMeUcdatjHT2tVVzcJyzVmejr
            nQnHvo9i9rmMUpCA+zH2+5+FfCmff/8UgzyG8b0nxAe1p26FPPaLUj35i6lZ1tf+33KHw5Vy5HN0443u4DLFX3eqM1vtZg4gLbocj90nlyYb
            oVv+PFOOtMPNVDVJmOKA5hfodw=="""
    }
}
