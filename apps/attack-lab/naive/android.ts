/**
 * The part of Android that tutorials on biometrics use, with its own names. It stands in the app's process, as the real
 * classes do, so whoever controls the process can rewrite it; the key store answers from another world, which they cannot.
 */
export interface Android {
  readonly BiometricPrompt: {
    authenticate: (info: PromptInfo, callback: AuthenticationCallback, crypto?: CryptoObject) => void
  }
  readonly KeyStore: {
    /** `KeyPairGenerator` with a `KeyGenParameterSpec`. */
    generate: (alias: string, spec: KeySpec) => Promise<void>
    has: (alias: string) => Promise<boolean>
    delete: (alias: string) => Promise<void>
    /** `Cipher.init`, `Signature.initSign`: throws what the real ones throw, by name. */
    init: (alias: string, purpose: 'sign' | 'decrypt') => Promise<CryptoObject>
    /** `Cipher.doFinal`, `Signature.sign`. */
    doFinal: (crypto: CryptoObject, bytes: Uint8Array) => Promise<Uint8Array>
    /** With the public half, which needs nobody's finger. */
    encrypt: (alias: string, bytes: Uint8Array) => Promise<Uint8Array>
  }
  /** `SharedPreferences`. */
  readonly preferences: {
    get: (name: string) => Promise<string | undefined>
    set: (name: string, value: string) => Promise<void>
  }
}

/** An operation of the key store that a prompt can authorise. */
export interface CryptoObject {
  readonly operation: string
}

/** What a prompt says, and whether the screen lock serves as well as a finger. */
export interface PromptInfo {
  readonly title: string
  readonly deviceCredentialAllowed?: boolean
  /** Whether a face that was recognised is to be confirmed. Default true, as androidx has it. */
  readonly confirmationRequired?: boolean
}

/** `BiometricPrompt.AuthenticationCallback`. */
export interface AuthenticationCallback {
  readonly onAuthenticationSucceeded: (result: { readonly cryptoObject: CryptoObject | null }) => void
  readonly onAuthenticationError: (code: number) => void
}

/** `KeyGenParameterSpec`. */
export interface KeySpec {
  readonly purpose: 'sign' | 'decrypt'
  readonly userAuthenticationRequired: boolean
  /** Seconds; 0: every use needs an authentication of its own. */
  readonly validity?: number
  readonly deviceCredentialAllowed?: boolean
  readonly invalidatedByEnrollment?: boolean
}

/** An app of the patterns that are taught. */
export interface NaiveApp {
  readonly name: string
  readonly pattern: string
  /**
   * The user has signed in with the password: keeps what the server gave, and turns biometrics on. Where the app wants a
   * PIN of its own, this is it.
   */
  readonly setUp: (android: Android, server: TokenServer, pin: string) => Promise<void>
  /** Shows what is protected, or throws. */
  readonly open: (android: Android, server: TokenServer) => Promise<string>
  /** The same with the app's own PIN, where it has one. */
  readonly openWithPin?: (android: Android, server: TokenServer, pin: string) => Promise<string>
}

/** The server beside such apps: it gives what is protected to whoever brings the session's token. */
export interface TokenServer {
  readonly signIn: () => Promise<string>
  readonly secret: (token: string) => Promise<string>
}

/** The prompt as a promise, as every tutorial ends up writing it: success or not. */
export function authenticate(android: Android, info: PromptInfo, crypto?: CryptoObject) {
  return new Promise<{ readonly cryptoObject: CryptoObject | null }>((resolve, reject) => {
    const callback = {
      onAuthenticationSucceeded: resolve,
      onAuthenticationError: (code: number) => reject(new Error(`biometric error ${code}`)),
    }
    android.BiometricPrompt.authenticate(info, callback, crypto)
  })
}
