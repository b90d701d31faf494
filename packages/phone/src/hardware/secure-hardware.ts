/**
 * Everything a phone does natively for Keybound, and nothing else. Three implementations hold to it: Kotlin and Swift in
 * `@keybound/react-native`, and the model in `@keybound/virtual-phone`; `@keybound/phone/conformance` is the measure.
 *
 * Only strings, numbers, booleans, lists and plain objects cross, so that one codegen spec can state it. Bytes are base64url
 * without padding. Keys never cross: an alias names a key in hardware, a handle one in native memory.
 *
 * A call with the alias of a key of another role rejects `invalidArgument`, without a prompt. `keyNotAuthorized` is for a right
 * call that the key refused after the touch: it may be tried again.
 *
 * A call that fails rejects with an `Error` that has `code`, one of `hardwareErrorCodes`, and where the system gave a number,
 * `userInfo.nativeCode` with it. A call that shows a prompt always settles: also when the app goes to the background, the
 * activity is made anew or `cancelPrompt` is called. One prompt at a time: a second call rejects `promptBusy`.
 */
export interface SecureHardware {
  /** What the device is and can do now. Never prompts, never fails for lack of something: that is what it reports. */
  readonly describe: () => Promise<DeviceDescription>

  /**
   * Makes a key pair in hardware, without a prompt; reads back what the system really made and deletes it again, rejecting
   * `policyNotEnforced`, if that is weaker than asked. Rejects `keyExists`, `notEnrolled`, `passcodeNotSet`, `weakOnly`,
   * `strongBoxUnavailable`, `policyUnsupported`, `notAvailable`.
   */
  readonly createKey: (request: KeyRequest) => Promise<CreatedKey>
  /** Never prompts, and leaves no operation open. */
  readonly keyState: (alias: string) => Promise<KeyState>
  /** Nothing happens where there is none. */
  readonly deleteKey: (alias: string) => Promise<void>
  /** Aliases that begin with `prefix`, in any order: what a registration that was cut off, or an earlier install, left. */
  readonly listKeys: (prefix: string) => Promise<string[]>

  /** ECDSA with SHA-256 by a signing key, in DER: the one prompt. Rejects `keyInvalidated`, `keyMissing`, `keyNotAuthorized`. */
  readonly sign: (alias: string, bytes: string, prompt: PromptText) => Promise<string>
  /**
   * Approves a statement: computes its challenge and makes the client data natively, shows the statement's own words where
   * the prompt has room, and signs authenticator data ‖ SHA-256(client data). One prompt. Rejects as `sign`, and
   * `invalidArgument` for a statement it cannot read.
   */
  readonly signStatement: (request: StatementRequest) => Promise<SignedStatement>
  /** ECDSA with SHA-256 by a proof key, in DER. No prompt. */
  readonly signProof: (alias: string, bytes: string) => Promise<string>

  /**
   * A P-256 pair of a vault, made in native memory. Its private half leaves only encrypted, under a key that only the
   * sealing key `alias` gives back; `context` is bound to it. No prompt.
   */
  readonly newVaultPair: (alias: string, context: string) => Promise<VaultPair>
  /** The private half, in native memory: the one prompt. Rejects as `sign`, and `openFailed` for another key or context. */
  readonly openVaultPair: (
    alias: string,
    pair: VaultPair,
    context: string,
    prompt: PromptText,
  ) => Promise<string>
  /** A fresh AES-256 key in native memory. */
  readonly newDataKey: () => Promise<string>
  /** Wraps a data key to a vault pair's public half: `ecdh-p256-hkdf-a256gcm` of docs/vault.md. No prompt. */
  readonly wrapDataKey: (publicKey: string, dataKey: string) => Promise<WrappedDataKey>
  /** Rejects `openFailed` when it was not wrapped for this pair, `handleUnknown` once the pair was closed. */
  readonly unwrapDataKey: (pair: string, wrapped: WrappedDataKey) => Promise<string>
  /** AES-256-GCM with a fresh nonce of 96 bits: nonce ‖ ciphertext ‖ tag. At most 1 MiB at once. */
  readonly aeadSeal: (dataKey: string, plaintext: string, associated: string) => Promise<string>
  /** Rejects `openFailed` unless key, bytes and associated data belong together. */
  readonly aeadOpen: (dataKey: string, sealed: string, associated: string) => Promise<string>

  /** A fresh P-256 key in native memory. */
  readonly newSessionKey: () => Promise<SessionKey>
  /** ECDSA with SHA-256, in DER. No prompt. */
  readonly signSession: (handle: string, bytes: string) => Promise<string>
  /** Wipes and forgets a key in native memory; nothing happens where there is none. */
  readonly closeHandle: (handle: string) => Promise<void>

  readonly random: (length: number) => Promise<string>
  readonly sha256: (bytes: string) => Promise<string>
  /** ECDSA with SHA-256 over P-256, signature in DER, public key an uncompressed point. */
  readonly verify: (publicKey: string, bytes: string, signature: string) => Promise<boolean>

  /**
   * Files below a folder of the app that no backup takes. Names: 1 to 200 of `A-Z a-z 0-9 . _ -`, beginning with none of `.`.
   * At most 1 MiB of a file at once; `null` where there is no such file. Reject `storageFailed`, `invalidArgument`.
   */
  readonly readFile: (name: string, offset: number, length: number) => Promise<string | null>
  /** Whole and synced before it answers, or not at all; with `append` at the end of what is there. */
  readonly writeFile: (name: string, bytes: string, append: boolean) => Promise<void>
  /** Atomic, in place of what has that name. */
  readonly renameFile: (from: string, to: string) => Promise<void>
  readonly deleteFile: (name: string) => Promise<void>
  readonly listFiles: (prefix: string) => Promise<string[]>

  /** App Attest key of this installation for `name`, made if there is none (iOS). Elsewhere `unsupported`. */
  readonly appAttestKey: (name: string) => Promise<string>
  /** Attests a key of `appAttestKey` once, over the hash of client data. Rejects `integrityUnavailable`, retryable. */
  readonly appAttestAttest: (keyId: string, clientDataHash: string) => Promise<string>
  readonly appAttestAssert: (keyId: string, clientDataHash: string) => Promise<string>
  /** Play Integrity classic token over a nonce, by the provider that the app set (Android). Elsewhere `unsupported`. */
  readonly integrityToken: (nonce: string) => Promise<string>

  /** Closes the prompt that is open: its call rejects `systemCanceled`. */
  readonly cancelPrompt: () => Promise<void>
  /** Covers the app in the task switcher and keeps it out of screenshots. */
  readonly setScreenPrivacy: (on: boolean) => Promise<void>
  /** HTTPS (or loopback HTTP in development), without redirects, cookies or caches, with the app's pins. */
  readonly request: (request: HardwareRequest) => Promise<HardwareResponse>

  /** Tells what happens to the app until `remove` is called. */
  readonly onLifecycle: (listener: (event: LifecycleEvent) => void) => { remove(): void }
}

/** What a device is and can do. */
export interface DeviceDescription {
  readonly platform: 'android' | 'ios'
  /** API level on Android, such as `36`; version on iOS, such as `26.1`. */
  readonly systemVersion: string
  /** Package name on Android, `TEAMID.bundle.id` on iOS. */
  readonly appId: string
  /** SHA-256 digests of the certificates the app is signed with (Android); empty on iOS. */
  readonly signingDigests: string[]
  readonly biometry: 'none' | 'fingerprint' | 'face' | 'iris' | 'multiple'
  /** Whether keys can be used with a biometric now, and if not why. */
  readonly status:
    | 'ready'
    | 'noHardware'
    | 'unavailable'
    | 'notEnrolled'
    | 'weakOnly'
    | 'permissionDenied'
    | 'passcodeNotSet'
    | 'lockedOut'
    | 'lockedOutPermanently'
    | 'securityUpdateRequired'
  readonly screenLock: boolean
  /** Where keys can live. `software` is a simulator or a broken device. */
  readonly keyLevels: KeyLevel[]
  /** Whether App Attest (iOS) or a provider of integrity tokens (Android) is there. */
  readonly appIntegrity: boolean
  /** Lasts as long as this installation; a new one after the app was installed anew. */
  readonly installation: string
  /** Made for debugging, or running on a simulator or emulator: servers register such devices in development only. */
  readonly development: boolean
}

/** Where a key lives, weakest first. */
export type KeyLevel = 'software' | 'trustedEnvironment' | 'secureEnclave' | 'strongBox'

/** What a key is for: one purpose, one key. */
export type KeyRole = 'signing' | 'sealing' | 'proof'

/** A key to be made. */
export interface KeyRequest {
  /** 1 to 200 of `A-Z a-z 0-9 . _ -`. */
  readonly alias: string
  /** `proof` keys are used without a prompt; the others take a biometric for every use. */
  readonly role: KeyRole
  /** `currentSet`: dies when a finger or face is enrolled. `anyEnrolled` survives that. Ignored for `proof`. */
  readonly enrolment: 'currentSet' | 'anyEnrolled'
  /** `required`: no less than StrongBox. `preferred`: StrongBox where there is one. Ignored on iOS and for `proof`. */
  readonly strongBox: 'required' | 'preferred' | 'no'
  /** Takes software keys too: simulators and emulators in development. */
  readonly allowSoftware: boolean
  /** 32 bytes that the chain must show (Android); ignored on iOS. */
  readonly attestationChallenge: string
}

/** A key that was made. */
export interface CreatedKey {
  /** SubjectPublicKeyInfo in DER. Signing and proof keys are P-256; a sealing key is RSA-2048 on Android, P-256 on iOS. */
  readonly publicKey: string
  /** What was measured, not what was asked for. */
  readonly level: KeyLevel
  /** DER certificates, leaf first (Android). Empty on iOS: no key of the Secure Enclave is attested. */
  readonly chain: string[]
}

/** `invalidated`: the system destroyed it because enrolment or screen lock changed. `missing`: it was never here, or deleted. */
export type KeyState = 'ready' | 'invalidated' | 'missing'

/** Words of a prompt. Empty means none. */
export interface PromptText {
  readonly title: string
  readonly subtitle: string
  readonly description: string
  /** Of the button that closes it. */
  readonly cancel: string
}

/** A statement to approve (docs/transactions.md). */
export interface StatementRequest {
  readonly alias: string
  readonly realm: string
  readonly account: string
  readonly nonce: string
  /** In its canonical text, not base64url. */
  readonly statement: string
  readonly origin: string
  readonly authenticatorData: string
  /** Of the button that closes the prompt. */
  readonly cancel: string
}

/** What stands in a WebAuthn response. */
export interface SignedStatement {
  readonly clientDataJson: string
  /** DER. */
  readonly signature: string
}

/** A vault's pair as it is kept. Nothing in it is secret. */
export interface VaultPair {
  /** Uncompressed point. */
  readonly publicKey: string
  /**
   * len(wrapped) (2 bytes, big-endian) ‖ wrapped ‖ nonce (12) ‖ ciphertext ‖ tag (16): the private scalar (32 bytes), encrypted with
   * AES-256-GCM under a fresh key, associated data the UTF-8 of the context; `wrapped` is that key, encrypted to the sealing key.
   */
  readonly sealed: string
}

/** As in docs/vault.md. */
export interface WrappedDataKey {
  readonly epk: string
  readonly wrapped: string
}

/** A session key: its handle, and its public half as an uncompressed point. */
export interface SessionKey {
  readonly handle: string
  readonly publicKey: string
}

/** An HTTP request. */
export interface HardwareRequest {
  readonly method: string
  readonly url: string
  readonly headers: HttpHeader[]
  /** Empty for none. */
  readonly body: string
  /** Milliseconds for the whole exchange. */
  readonly timeout: number
  /** Longest answer in bytes; a longer one rejects `networkFailed`. */
  readonly maxBytes: number
}

/** One header. */
export interface HttpHeader {
  readonly name: string
  readonly value: string
}

/** An HTTP answer, whatever its status. */
export interface HardwareResponse {
  readonly status: number
  readonly headers: HttpHeader[]
  readonly body: string
}

/** `inactive`: still on the screen but covered, also by our own prompt. `activity`: somebody touched or typed. */
export interface LifecycleEvent {
  readonly type: 'active' | 'inactive' | 'background' | 'activity' | 'screenshot'
}
