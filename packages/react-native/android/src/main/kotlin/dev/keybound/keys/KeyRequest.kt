package dev.keybound.keys

import dev.keybound.failure.invalidArgument

/** What a key is for: one purpose, one key. */
enum class KeyRole(
    /** As JavaScript writes it. */
    val wire: String,
    /** Whether a biometric opens it, for every use. */
    val takesBiometric: Boolean,
) {
    SIGNING("signing", true),
    SEALING("sealing", true),
    PROOF("proof", false),
    ;

    companion object {
        /** Refuses with `invalidArgument` what is no role. */
        fun of(wire: String): KeyRole =
            entries.firstOrNull { it.wire == wire } ?: throw invalidArgument("Unexpected role, expected signing, sealing or proof.")
    }
}

/** Whether a key must live in StrongBox. */
enum class StrongBox(
    /** As JavaScript writes it. */
    val wire: String,
) {
    REQUIRED("required"),
    PREFERRED("preferred"),
    NO("no"),
    ;

    companion object {
        /** Refuses with `invalidArgument` what is no such wish. */
        fun of(wire: String): StrongBox =
            entries.firstOrNull { it.wire == wire } ?: throw invalidArgument("Unexpected wish, expected required, preferred or no.")
    }
}

/** A key to be made. */
class KeyRequest(
    val alias: String,
    val role: KeyRole,
    /** Dies when a finger or face is enrolled. */
    val currentSet: Boolean,
    strongBox: StrongBox,
    val allowSoftware: Boolean,
    /** What the chain must show. */
    val challenge: ByteArray,
) {
    /** Proof keys are used with every request: they always live in the TEE, which is faster. */
    val strongBox: StrongBox = if (role == KeyRole.PROOF) StrongBox.NO else strongBox

    init {
        checkAlias(alias)
        if (challenge.size != CHALLENGE_LENGTH) throw invalidArgument("Unexpected challenge, expected $CHALLENGE_LENGTH bytes.")
    }

    companion object {
        private const val CHALLENGE_LENGTH = 32
    }
}

private val aliases = Regex("[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}")

/** Refuses with `invalidArgument` all but 1 to 200 of `A-Z a-z 0-9 . _ -`, a dot not first. */
fun checkAlias(alias: String): String {
    if (!aliases.matches(alias)) throw invalidArgument("Unexpected alias, expected 1 to 200 of A-Z a-z 0-9 . _ -")
    return alias
}

/** A key that was made. */
class CreatedKey(
    /** SubjectPublicKeyInfo in DER. */
    val publicKey: ByteArray,
    val level: KeyLevel,
    /** DER certificates, leaf first. */
    val chain: List<ByteArray>,
)

/** Where a key lives, as it was measured. */
enum class KeyLevel(
    /** As JavaScript reads it. */
    val wire: String,
) {
    SOFTWARE("software"),
    TRUSTED_ENVIRONMENT("trustedEnvironment"),
    STRONG_BOX("strongBox"),
}

/** `INVALIDATED`: the system destroyed it because enrolment or screen lock changed. */
enum class KeyState(
    /** As JavaScript reads it. */
    val wire: String,
) {
    READY("ready"),
    INVALIDATED("invalidated"),
    MISSING("missing"),
}
