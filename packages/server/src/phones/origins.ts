import type { DevicePlatform } from '@keybound/protocol'
import type { AppsPolicy } from '../policy/apps.ts'

/** Exact origins of ceremonies by where the credential lives. */
export type CeremonyOrigins = { readonly [P in DevicePlatform]: readonly string[] }

/**
 * Where signatures may come from. Pages are listed by the host; apps follow from the policy: on Android the signing
 * certificate (the form of browsers and Credential Manager), on iOS team and bundle.
 */
export function ceremonyOrigins(pages: readonly string[], apps: AppsPolicy): CeremonyOrigins {
  return {
    web: pages,
    android: apps.android.flatMap(({ signerDigests }) => signerDigests.map(androidOrigin)),
    ios: apps.ios.map(iosOrigin),
  }
}

/** `android:apk-key-hash:` and the SHA-256 of the signing certificate, base64url. */
function androidOrigin(digest: string): string {
  const bytes = Buffer.from(digest.replaceAll(':', ''), 'hex')
  return `android:apk-key-hash:${bytes.toString('base64url')}`
}

/** `ios:bundle-id:`, team id, a dot and bundle id. */
export function iosOrigin({ teamId, bundleId }: AppsPolicy['ios'][number]): string {
  return `ios:bundle-id:${teamId}.${bundleId}`
}
