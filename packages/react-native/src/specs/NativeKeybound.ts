import { type CodegenTypes, type TurboModule, TurboModuleRegistry } from 'react-native'

/**
 * The native surface as React Native's code generator reads it: the same as `SecureHardware` of `@keybound/phone`, where
 * every member is explained. It must stand by itself, since the generator follows no imports; `native-keybound.test.ts`
 * keeps the two equal.
 */
export interface Spec extends TurboModule {
  readonly describe: () => Promise<DeviceDescription>
  readonly createKey: (request: KeyRequest) => Promise<CreatedKey>
  readonly keyState: (alias: string) => Promise<KeyState>
  readonly deleteKey: (alias: string) => Promise<void>
  readonly listKeys: (prefix: string) => Promise<string[]>
  readonly sign: (alias: string, bytes: string, prompt: PromptText) => Promise<string>
  readonly signStatement: (request: StatementRequest) => Promise<SignedStatement>
  readonly signProof: (alias: string, bytes: string) => Promise<string>
  readonly newVaultPair: (alias: string, context: string) => Promise<VaultPair>
  readonly openVaultPair: (
    alias: string,
    pair: VaultPair,
    context: string,
    prompt: PromptText,
  ) => Promise<string>
  readonly newDataKey: () => Promise<string>
  readonly wrapDataKey: (publicKey: string, dataKey: string) => Promise<WrappedDataKey>
  readonly unwrapDataKey: (pair: string, wrapped: WrappedDataKey) => Promise<string>
  readonly aeadSeal: (dataKey: string, plaintext: string, associated: string) => Promise<string>
  readonly aeadOpen: (dataKey: string, sealed: string, associated: string) => Promise<string>
  readonly newSessionKey: () => Promise<SessionKey>
  readonly signSession: (handle: string, bytes: string) => Promise<string>
  readonly closeHandle: (handle: string) => Promise<void>
  readonly random: (length: number) => Promise<string>
  readonly sha256: (bytes: string) => Promise<string>
  readonly verify: (publicKey: string, bytes: string, signature: string) => Promise<boolean>
  readonly readFile: (name: string, offset: number, length: number) => Promise<string | null>
  readonly writeFile: (name: string, bytes: string, append: boolean) => Promise<void>
  readonly renameFile: (from: string, to: string) => Promise<void>
  readonly deleteFile: (name: string) => Promise<void>
  readonly listFiles: (prefix: string) => Promise<string[]>
  readonly appAttestKey: (name: string) => Promise<string>
  readonly appAttestAttest: (keyId: string, clientDataHash: string) => Promise<string>
  readonly appAttestAssert: (keyId: string, clientDataHash: string) => Promise<string>
  readonly integrityToken: (nonce: string) => Promise<string>
  readonly cancelPrompt: () => Promise<void>
  readonly setScreenPrivacy: (on: boolean) => Promise<void>
  readonly request: (request: HardwareRequest) => Promise<HardwareResponse>
  readonly onLifecycle: CodegenTypes.EventEmitter<LifecycleEvent>
}

export interface DeviceDescription {
  readonly platform: 'android' | 'ios'
  readonly systemVersion: string
  readonly appId: string
  readonly signingDigests: string[]
  readonly biometry: 'none' | 'fingerprint' | 'face' | 'iris' | 'multiple'
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
  readonly keyLevels: KeyLevel[]
  readonly appIntegrity: boolean
  readonly installation: string
  readonly development: boolean
}

export type KeyLevel = 'software' | 'trustedEnvironment' | 'secureEnclave' | 'strongBox'

export type KeyRole = 'signing' | 'sealing' | 'proof'

export interface KeyRequest {
  readonly alias: string
  readonly role: KeyRole
  readonly enrolment: 'currentSet' | 'anyEnrolled'
  readonly strongBox: 'required' | 'preferred' | 'no'
  readonly allowSoftware: boolean
  readonly attestationChallenge: string
}

export interface CreatedKey {
  readonly publicKey: string
  readonly level: KeyLevel
  readonly chain: string[]
}

export type KeyState = 'ready' | 'invalidated' | 'missing'

export interface PromptText {
  readonly title: string
  readonly subtitle: string
  readonly description: string
  readonly cancel: string
}

export interface StatementRequest {
  readonly alias: string
  readonly realm: string
  readonly account: string
  readonly nonce: string
  readonly statement: string
  readonly origin: string
  readonly authenticatorData: string
  readonly cancel: string
}

export interface SignedStatement {
  readonly clientDataJson: string
  readonly signature: string
}

export interface VaultPair {
  readonly publicKey: string
  readonly sealed: string
}

export interface WrappedDataKey {
  readonly epk: string
  readonly wrapped: string
}

export interface SessionKey {
  readonly handle: string
  readonly publicKey: string
}

export interface HardwareRequest {
  readonly method: string
  readonly url: string
  readonly headers: HttpHeader[]
  readonly body: string
  readonly timeout: number
  readonly maxBytes: number
}

export interface HttpHeader {
  readonly name: string
  readonly value: string
}

export interface HardwareResponse {
  readonly status: number
  readonly headers: HttpHeader[]
  readonly body: string
}

export interface LifecycleEvent {
  readonly type: 'active' | 'inactive' | 'background' | 'activity' | 'screenshot'
}

/** The module, or null where the app was built without it, as Expo Go was. */
export function findNativeKeybound(): Spec | null {
  return TurboModuleRegistry.get<Spec>('Keybound')
}
