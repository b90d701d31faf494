import { encodeBase64 as encode } from './bytes.ts'

/** What registrations and assertions have in common. */
export function common(credential: PublicKeyCredential) {
  const id = encode(credential.rawId)
  return {
    id,
    rawId: id,
    type: 'public-key' as const,
    ...(credential.authenticatorAttachment && {
      authenticatorAttachment: credential.authenticatorAttachment,
    }),
    clientExtensionResults: publicResults(credential),
  }
}

/** Without the output of the PRF, which is the key of the vault and nobody's business. */
function publicResults(credential: PublicKeyCredential): { readonly [name: string]: unknown } {
  const { prf: _, ...results } = credential.getClientExtensionResults()
  return results as { readonly [name: string]: unknown }
}
