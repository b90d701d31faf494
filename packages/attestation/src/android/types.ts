import type { CryptoPort } from '../crypto/port.ts'
import type { AttestationError } from '../errors.ts'
import type { AndroidKeyPolicy, KeyRole } from '../policy/android.ts'
import type { Finding } from '../policy/finding.ts'
import type { Provisioning } from './chain/shape.ts'
import type { UserAuthentication } from './key/user-authentication.ts'
import type { KeyDescription } from './key-description/key-description.ts'
import type { SecurityLevel } from './key-description/values.ts'
import type { AndroidTrust } from './trust/trust.ts'

/** What a chain is judged with. */
export interface AndroidKeyAttestationOptions {
  /** Certificates in DER, leaf first, as `KeyStore.getCertificateChain` gives them. */
  readonly chain: readonly Uint8Array[]
  /** The attestation challenge the key must have been made with. The caller consumes it once. */
  readonly challenge: Uint8Array
  /** What the key is to be used for. */
  readonly role: KeyRole
  /** What is accepted; start from `androidPolicies`. */
  readonly policy: AndroidKeyPolicy
  readonly trust: AndroidTrust
  /** When the attestation arrived: certificate dates are judged at this time. */
  readonly issuedAt: Date
  /** Revocation is judged at this time. */
  readonly now: Date
  /** Default: Node's crypto, WebCrypto elsewhere. */
  readonly crypto?: CryptoPort
}

/** A certificate of a chain, for a person. */
export interface ChainCertificate {
  readonly subject: string
  readonly issuer: string
  /** Lowercase hexadecimal without leading zeros, as in Google's status list. */
  readonly serial: string
  readonly notBefore: Date
  readonly notAfter: Date
  /** Such as `EC P-256`. */
  readonly key: string
}

/** What a chain proved about a key. Nothing in it comes from bytes that nobody signed. */
export interface AndroidKeyAttestation {
  readonly role: KeyRole
  /** The attested key as SubjectPublicKeyInfo: the key to register. It still has to prove that it is possessed. */
  readonly publicKey: Uint8Array
  readonly securityLevel: SecurityLevel
  readonly attestationVersion: number
  readonly provisioning: Provisioning
  /** How many certificates Google gave this device in the last 30 days; high counts speak of a farm. Remote only. */
  readonly certificatesIssued: number | undefined
  readonly userAuthentication: UserAuthentication
  /** Whose key it is by the word of the system; digests in lowercase hexadecimal. */
  readonly application: {
    readonly packages: readonly { readonly name: string; readonly version: number }[]
    readonly signerDigests: readonly string[]
  }
  /** The clock of the device said so; advisory. */
  readonly createdAt: Date | undefined
  readonly description: KeyDescription
  /** Leaf first, without the root. */
  readonly certificates: readonly ChainCertificate[]
  /** The pinned root the chain leads to. */
  readonly root: { readonly name: string; readonly key: string }
  /** True under a test or software root: nothing real may be trusted to this key. */
  readonly testOnly: boolean
  /** Every rule that was judged, in order. */
  readonly findings: readonly Finding[]
}

/** What came of judging a chain to the end, passed or not. */
export interface AndroidKeyJudgement {
  readonly passed: boolean
  /** Every rule that was judged. */
  readonly findings: readonly Finding[]
  /** The first refusal; what `verifyAndroidKeyAttestation` throws. */
  readonly error: AttestationError | undefined
  /** The certificates as they were sent, as far as they could be read. Claims, unless `passed`. */
  readonly certificates: readonly ChainCertificate[]
  /** The key description as it was sent. A claim, unless `passed`. */
  readonly description: KeyDescription | undefined
  /** The verdict, only when passed. */
  readonly attestation: AndroidKeyAttestation | undefined
}
