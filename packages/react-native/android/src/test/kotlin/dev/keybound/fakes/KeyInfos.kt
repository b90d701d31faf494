package dev.keybound.fakes

import android.security.keystore.KeyInfo

/** The framework's own description of a key: what the Keystore decides of it, all else as for every key of ours. */
internal fun keyInfo(
    alias: String,
    inHardware: Boolean,
    authenticated: Boolean,
    validity: Int,
    type: Int,
    enforcedByHardware: Boolean,
    diesWithEnrolment: Boolean,
    level: Int,
) = KeyInfo(
    alias,
    inHardware,
    1,
    256,
    null,
    null,
    null,
    4,
    emptyArray(),
    emptyArray(),
    emptyArray(),
    emptyArray(),
    authenticated,
    validity,
    type,
    enforcedByHardware,
    false,
    false,
    false,
    diesWithEnrolment,
    false,
    level,
    -1,
)
