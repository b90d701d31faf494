import type { Bytes } from '../../channel/channel.ts'

/**
 * What an app asks of Android, as far as Keybound needs it: package manager, key store, biometric prompt. The calls keep
 * to the shape of the real ones, so that an implementation in Kotlin can be run over them.
 */
export interface AndroidCalls {
  'app.info': (request: Record<string, never>) => AndroidApp
  /** `BiometricManager.canAuthenticate`: 0, or 1, 11, 12, 15 as `BIOMETRIC_ERROR_…`. */
  'biometric.canAuthenticate': (request: { readonly authenticators: number }) => { readonly code: number }
  /** `KeyguardManager.isDeviceSecure`. */
  'keyguard.isDeviceSecure': (request: Record<string, never>) => { readonly secure: boolean }

  /** `KeyPairGenerator.generateKeyPair`: replaces nothing, throws `KeyExists` where there is such an alias. */
  'keystore.generate': (request: GenerateRequest) => { readonly chain: readonly Bytes[] }
  /** `KeyStore.getCertificateChain`, without a use of the key. */
  'keystore.chain': (request: Alias) => { readonly chain: readonly Bytes[] }
  /** `KeyFactory.getKeySpec`: what the system made, not what was asked for. Throws `KeyNotFound`. */
  'keystore.keyInfo': (request: Alias) => AndroidKeyInfo
  'keystore.aliases': (request: Record<string, never>) => { readonly aliases: readonly string[] }
  'keystore.delete': (request: Alias) => null
  /** `Signature.initSign`, `Cipher.init`: takes a slot for an operation until it is finished, aborted or pruned. */
  'keystore.begin': (request: BeginRequest) => { readonly operation: string }
  /** `Signature.sign`, `Cipher.doFinal` over all bytes at once. Frees the slot, whatever comes of it. */
  'keystore.finish': (request: { readonly operation: string; readonly bytes: Bytes }) => {
    readonly bytes: Bytes
  }
  'keystore.abort': (request: { readonly operation: string }) => null

  /** `BiometricPrompt.authenticate`: answered when the prompt closes, whatever closed it; see {@link PromptOutcome}. */
  'prompt.show': (request: PromptRequest) => PromptOutcome
  /** `BiometricPrompt.cancelAuthentication`. */
  'prompt.cancel': (request: Record<string, never>) => null

  'files.read': (request: FileRange) => { readonly bytes: Bytes | null }
  'files.write': (request: FileWrite) => null
  'files.rename': (request: { readonly folder: Folder; readonly from: string; readonly to: string }) => null
  'files.delete': (request: FileName) => null
  'files.list': (request: { readonly folder: Folder; readonly prefix: string }) => {
    readonly names: readonly string[]
  }
  /** `WindowManager.LayoutParams.FLAG_SECURE`. */
  'window.secure': (request: { readonly on: boolean }) => null
  /** The host app's provider of Play Integrity tokens. Throws `IntegrityUnavailable`. */
  'integrity.token': (request: { readonly nonce: string }) => { readonly token: string }
}

/** Folders of the app: `noBackup` no backup takes; `preferences` only with `allowBackup`. */
export type Folder = 'noBackup' | 'preferences'

export interface FileName {
  readonly folder: Folder
  readonly name: string
}

export interface FileRange extends FileName {
  readonly offset: number
  readonly length: number
}

export interface FileWrite extends FileName {
  readonly bytes: Bytes
  readonly append: boolean
}

export interface Alias {
  readonly alias: string
}

/** The app as the package manager knows it, and the phone it runs on. */
export interface AndroidApp {
  readonly apiLevel: number
  readonly packageName: string
  /** SHA-256 of each signing certificate. */
  readonly signingDigests: readonly Bytes[]
  /** `ApplicationInfo.FLAG_DEBUGGABLE`. */
  readonly debuggable: boolean
  readonly emulator: boolean
  /** `PackageManager.FEATURE_STRONGBOX_KEYSTORE`. */
  readonly strongBoxFeature: boolean
  /** `FEATURE_FINGERPRINT`, `FEATURE_FACE`, `FEATURE_IRIS`. */
  readonly features: readonly ('fingerprint' | 'face' | 'iris')[]
  /** Whether the host app set a provider of integrity tokens. */
  readonly integrityProvider: boolean
  /** Where the folders are on this machine's disk; null when they are in memory. */
  readonly folders: { readonly noBackup: string; readonly preferences: string } | null
}

/** `KeyGenParameterSpec`. */
export interface GenerateRequest extends Alias {
  /** EC is P-256, RSA 2048 bits. */
  readonly algorithm: 'EC' | 'RSA'
  readonly purposes: readonly ('sign' | 'decrypt')[]
  readonly digests: readonly ('SHA-1' | 'SHA-256' | 'SHA-512')[]
  /** Empty but for RSA. */
  readonly paddings: readonly 'OAEP'[]
  /** `setMgf1Digests`, API 35 and up; else empty. */
  readonly mgf1Digests: readonly ('SHA-1' | 'SHA-256')[]
  readonly strongBoxBacked: boolean
  readonly userAuthenticationRequired: boolean
  /** Seconds; 0 or less: every use. */
  readonly userAuthenticationValidity: number
  /** `KeyProperties.AUTH_…`: 1 device credential, 2 strong biometric. Before API 30 what the validity implies. */
  readonly userAuthenticationType: number
  readonly invalidatedByBiometricEnrollment: boolean
  /** At most 128 bytes; null for none. */
  readonly attestationChallenge: Bytes | null
}

/** `KeyInfo`. */
export interface AndroidKeyInfo {
  readonly userAuthenticationRequired: boolean
  readonly userAuthenticationRequirementEnforcedBySecureHardware: boolean
  readonly userAuthenticationValidityDurationSeconds: number
  readonly userAuthenticationType: number
  readonly invalidatedByBiometricEnrollment: boolean
  /** `KeyProperties.SECURITY_LEVEL_…`: 0 software, 1 trusted environment, 2 StrongBox. */
  readonly securityLevel: number
  readonly insideSecureHardware: boolean
}

export interface BeginRequest extends Alias {
  readonly purpose: 'sign' | 'decrypt'
  readonly digest: 'SHA-256'
  /** Of OAEP; null for signatures. */
  readonly mgf1Digest: 'SHA-1' | 'SHA-256' | null
}

/** `BiometricPrompt.PromptInfo`, and the operation inside the CryptoObject. */
export interface PromptRequest {
  readonly title: string
  readonly subtitle: string
  readonly description: string
  /** Negative button. */
  readonly negative: string
  /** `BiometricManager.Authenticators`: 15 strong, 255 weak, 32768 device credential. */
  readonly authenticators: number
  readonly confirmationRequired: boolean
  readonly operation: string | null
}

/** How a prompt ended. */
export type PromptOutcome =
  /** `onAuthenticationSucceeded`. `operation` is null on phones that lose the CryptoObject. */
  | {
      readonly outcome: 'succeeded'
      readonly authenticationType: number
      readonly operation: string | null
    }
  /** `onAuthenticationError`. */
  | { readonly outcome: 'error'; readonly code: number; readonly message: string }
  /** No callback ever came: state was saved, or the activity went. The model answers, real androidx says nothing. */
  | { readonly outcome: 'silent' }

/** What the system tells an app without being asked. */
export interface AndroidEvents {
  readonly lifecycle: { readonly state: 'created' | 'resumed' | 'paused' | 'stopped' | 'destroyed' }
  /** `onAuthenticationFailed`: a finger that is not enrolled. The prompt stays. */
  readonly 'prompt.failed': Record<string, never>
  readonly touch: Record<string, never>
  readonly screenshot: Record<string, never>
}

/** Exceptions of Android by name; `number` of `SystemFailure` is `KeyStoreException`'s error code where it has one. */
export type AndroidException =
  | 'KeyExists'
  | 'KeyNotFound'
  | 'IllegalStateException'
  | 'IllegalArgumentException'
  | 'InvalidAlgorithmParameterException'
  | 'ProviderException'
  | 'StrongBoxUnavailableException'
  | 'KeyPermanentlyInvalidatedException'
  | 'UnrecoverableKeyException'
  | 'UserNotAuthenticatedException'
  | 'KeyStoreException'
  | 'IllegalBlockSizeException'
  | 'BadPaddingException'
  | 'AEADBadTagException'
  | 'IOException'
  | 'IntegrityUnavailable'
