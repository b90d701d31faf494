import { equalBytes, fromBase64 } from '../internal/bytes.ts'
import { describeName, type PublicKeyInfo, parsePublicKeyInfo, readCertificate } from '../x509/index.ts'

/** A root that App Attest chains may lead to: a name and a key, never a certificate. */
export interface AppleRoot {
  /** For people. */
  readonly name: string
  /** `production`: Apple's. `test`: made for tests, trusted only with `testOnly`. */
  readonly kind: 'production' | 'test'
  /** The subject as DER: the issuer of the certificate below. */
  readonly subject: Uint8Array
  readonly publicKey: PublicKeyInfo
}

/** Trust anchors of App Attest, as data. */
export interface AppleTrust {
  /**
   * Roots, as certificates in DER or as {@link AppleRoot}; judged by their keys. Default {@link appleRoots}.
   * Certificates of unknown keys count as test roots; see {@link readProductionAppleRoot}.
   */
  readonly roots?: readonly (Uint8Array | AppleRoot)[]
  /** Also trust roots made for tests. Verdicts under them say so. Default false. */
  readonly testOnly?: boolean
}

/**
 * The key that every genuine App Attest attestation leads to: that of "Apple App Attestation Root CA", P-384, whose
 * certificate ends in March 2045. It ships with the package; replace or extend it through `trust.roots`.
 */
export const appleRoots: readonly AppleRoot[] = [
  {
    name: 'Apple App Attestation Root CA, P-384',
    kind: 'production',
    subject: fromBase64(
      `MFIxJjAkBgNVBAMMHUFwcGxlIEFwcCBBdHRlc3RhdGlvbiBSb290IENBMRMwEQYDVQQKDApBcHBsZSBJbmMuMRMwEQYDVQQIDApDYWxp
Zm9ybmlh`,
    ),
    publicKey: parsePublicKeyInfo(
      fromBase64(
        `MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAERTHhmLW07ATaFQIEVwTtT4dyctdhNbJhFs/Ii2FdCgAHGbpphY3+d8qjuDngIN3WVhQUBHAo
MeQ/cLiP1sOUtgjqK9auYen1mMEvRq9Sk3Jm5X8U62H+xTD3FE9TgS41`,
      ),
    ),
  },
]

/** Reads a root certificate. A key that is not Apple's is taken for a test root. Refuses with `certificate_malformed`. */
export function readAppleRoot(der: Uint8Array): AppleRoot {
  const { subject, publicKey } = readCertificate(der)
  const pinned = appleRoots.find((root) => equalBytes(root.publicKey.spki, publicKey.spki))
  return pinned ?? { name: describeName(subject), kind: 'test', subject: subject.raw, publicKey }
}

/**
 * Reads a root certificate that stands for genuine devices though this package does not know it yet: the explicit
 * word by which a new root of Apple's is trusted.
 */
export function readProductionAppleRoot(der: Uint8Array): AppleRoot {
  return { ...readAppleRoot(der), kind: 'production' }
}

/** The roots that count under these options. Test roots do only with `testOnly` (law 7). */
export function trustedAppleRoots({ roots = appleRoots, testOnly = false }: AppleTrust): AppleRoot[] {
  return roots
    .map((root) => (root instanceof Uint8Array ? readAppleRoot(root) : root))
    .filter(({ kind }) => testOnly || kind === 'production')
}
