import type { Bytes } from '../../channel/channel.ts'
import type { FileName, FileRange, FileWrite, Folder } from '../android/calls.ts'

/**
 * What an app asks of iOS, as far as Keybound needs it: Security, LocalAuthentication, App Attest. The calls keep to the
 * shape of the real ones, so that an implementation in Swift can be run over them. Failures carry the system's number:
 * `OSStatus`, `LAError` or `DCError`, told apart by `exception`.
 */
export interface IosCalls {
  'app.info': (request: Record<string, never>) => IosApp

  /** A fresh LAContext. */
  'la.context': (request: Record<string, never>) => { readonly context: string }
  /** `canEvaluatePolicy`, of biometrics unless told otherwise: throws LAError -5 to -8. `owner` takes the passcode too. */
  'la.canEvaluate': (request: Context & { readonly policy?: 'biometrics' | 'owner' }) => {
    readonly biometryType: BiometryType
  }
  /** `biometryType`, valid after `canEvaluate`, whatever came of it. */
  'la.biometryType': (request: Context) => { readonly biometryType: BiometryType }
  /** `evaluatedPolicyDomainState`, `domainState.biometry.stateHash`: null when none is enrolled. A hint only. */
  'la.domainState': (request: Context) => { readonly stateHash: Bytes | null }
  /**
   * `evaluatePolicy(.deviceOwnerAuthenticationWithBiometrics)`: answers for success, throws LAError for the rest. No key
   * opens by it. For apps that trust the reply; Keybound has no use for it.
   */
  'la.evaluate': (request: Context & { readonly localizedReason: string }) => null
  /** `invalidate()`: a prompt that is up with this context closes with LAError -9. */
  'la.invalidate': (request: Context) => null

  /** `SecKeyCreateRandomKey`, permanent: throws OSStatus -25299 for a tag that is there, -25293, -34018, LAError. */
  'key.generate': (request: IosGenerateRequest) => { readonly publicKey: Bytes }
  /** `SecItemCopyMatching` for a key, returning no data: throws OSStatus -25300 missing, -25308 needs interaction. */
  'key.find': (request: KeyQuery) => { readonly publicKey: Bytes }
  /** `SecKeyCreateSignature(.ecdsaSignatureMessageX962SHA256)`: prompts where the access control says so. */
  'key.sign': (request: KeyUse) => { readonly bytes: Bytes }
  /** `SecKeyCreateDecryptedData(.eciesEncryptionCofactorVariableIVX963SHA256AESGCM)`. */
  'key.decrypt': (request: KeyUse) => { readonly bytes: Bytes }
  'key.delete': (request: { readonly tag: string }) => null
  /** `SecItemCopyMatching` for attributes: prompts for nothing. */
  'key.list': (request: Record<string, never>) => { readonly tags: readonly string[] }

  /** Generic passwords `AfterFirstUnlockThisDeviceOnly`: what Keybound keeps beside its keys. Survive uninstalling. */
  'item.set': (request: { readonly account: string; readonly bytes: Bytes }) => null
  'item.get': (request: { readonly account: string }) => { readonly bytes: Bytes | null }
  /** `SecItemCopyMatching` for attributes, of all generic passwords. */
  'item.list': (request: Record<string, never>) => { readonly accounts: readonly string[] }
  'item.delete': (request: { readonly account: string }) => null

  /** `DCAppAttestService.isSupported`. */
  'appAttest.isSupported': (request: Record<string, never>) => { readonly supported: boolean }
  'appAttest.generateKey': (request: Record<string, never>) => { readonly keyId: string }
  /** Throws DCError 1 featureUnsupported, 2 invalidInput, 3 invalidKey, 4 serverUnavailable. */
  'appAttest.attestKey': (request: AppAttestUse) => { readonly bytes: Bytes }
  'appAttest.generateAssertion': (request: AppAttestUse) => { readonly bytes: Bytes }

  'files.read': (request: FileRange) => { readonly bytes: Bytes | null }
  'files.write': (request: FileWrite) => null
  'files.rename': (request: { readonly folder: Folder; readonly from: string; readonly to: string }) => null
  'files.delete': (request: FileName) => null
  'files.list': (request: { readonly folder: Folder; readonly prefix: string }) => {
    readonly names: readonly string[]
  }
}

export type BiometryType = 'none' | 'touchID' | 'faceID'

export interface Context {
  readonly context: string
}

/** The app as iOS knows it, and the phone it runs on. */
export interface IosApp {
  readonly systemVersion: string
  /** `TEAMID.bundle.id`. */
  readonly appId: string
  /** Whether `NSFaceIDUsageDescription` is in Info.plist: without it Face ID crashes the app. */
  readonly faceIdUsageDescription: boolean
  readonly simulator: boolean
  /** `get-task-allow`: signed for development. */
  readonly debuggable: boolean
  readonly folders: { readonly noBackup: string; readonly preferences: string } | null
}

export interface IosGenerateRequest {
  /** `kSecAttrApplicationTag`. */
  readonly tag: string
  readonly secureEnclave: boolean
  readonly accessible: 'WhenPasscodeSetThisDeviceOnly' | 'AfterFirstUnlockThisDeviceOnly'
  /** `SecAccessControlCreateFlags`. */
  readonly flags: readonly ('privateKeyUsage' | 'biometryCurrentSet' | 'biometryAny' | 'userPresence')[]
}

export interface KeyQuery {
  readonly tag: string
  /** `LAContext.interactionNotAllowed`. */
  readonly interactionNotAllowed: boolean
}

/** A use of a key, with its LAContext: fresh for each. */
export interface KeyUse {
  readonly tag: string
  readonly context: string
  readonly localizedReason: string
  readonly localizedCancelTitle: string
  /** `LAContext.interactionNotAllowed`: a key that needs a biometric throws LAError -1004, and no prompt comes up. */
  readonly interactionNotAllowed?: boolean
  readonly bytes: Bytes
}

export interface AppAttestUse {
  readonly keyId: string
  readonly clientDataHash: Bytes
}

/** What the system tells an app without being asked. */
export interface IosEvents {
  readonly lifecycle: { readonly state: 'active' | 'inactive' | 'background' }
  readonly touch: Record<string, never>
  readonly screenshot: Record<string, never>
}

/** Whose number a failure carries. */
export type IosException = 'OSStatus' | 'LAError' | 'DCError' | 'IOException' | 'FaceIdCrash'
