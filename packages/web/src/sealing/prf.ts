import type { Extend } from '../webauthn/ceremonies.ts'

/** Adds extension inputs to those the server asked for. */
export function withInputs(inputs: AuthenticationExtensionsClientInputs): Extend {
  return (publicKey) => ({ ...publicKey, extensions: { ...publicKey.extensions, ...inputs } })
}

/** What the PRF gave for the salts it got (WebAuthn L3 §10.1.4): two at most. */
export function outputsOf(credential: PublicKeyCredential): readonly (Uint8Array<ArrayBuffer> | undefined)[] {
  const { first, second } = credential.getClientExtensionResults().prf?.results ?? {}
  return [first, second].map((output) => output && new Uint8Array(output as ArrayBuffer))
}
