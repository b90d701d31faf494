import { encodeBase64Url } from '@keybound/protocol/encoding'

/** Whose verdict it is, and when it was asked for. */
export interface PlayIntegrityRequest {
  readonly packageName: string
  readonly nonce: Uint8Array
  /** SHA-256 of the certificate that signed the app. */
  readonly signer: Uint8Array
  readonly at: Date
}

/** The parts of a classic verdict that is right in everything, as Google writes them. */
export function rightVerdict({ packageName, nonce, signer, at }: PlayIntegrityRequest) {
  return {
    requestDetails: {
      requestPackageName: packageName,
      nonce: encodeBase64Url(nonce),
      timestampMillis: String(at.getTime()),
    },
    appIntegrity: {
      appRecognitionVerdict: 'PLAY_RECOGNIZED',
      packageName,
      certificateSha256Digest: [encodeBase64Url(signer)],
      versionCode: '42',
    },
    deviceIntegrity: { deviceRecognitionVerdict: ['MEETS_BASIC_INTEGRITY', 'MEETS_DEVICE_INTEGRITY'] },
    accountDetails: { appLicensingVerdict: 'LICENSED' },
  }
}
