import type { Extend } from '../webauthn/ceremonies.ts'

/** Asks for the PRF, beside what the server asked for. */
export function withPrf(prf: AuthenticationExtensionsPRFInputs): Extend {
  return (publicKey) => ({ ...publicKey, extensions: { ...publicKey.extensions, prf } })
}

/** What the PRF gave for the salts it got (WebAuthn L3 §10.1.4): two at most. */
export function outputsOf(credential: PublicKeyCredential): readonly (Uint8Array<ArrayBuffer> | undefined)[] {
  const { first, second } = credential.getClientExtensionResults().prf?.results ?? {}
  return [first, second].map((output) => output && new Uint8Array(output as ArrayBuffer))
}
