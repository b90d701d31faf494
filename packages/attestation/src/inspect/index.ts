import { inspectAndroidKey } from './android-key.ts'
import { inspectAppAttest } from './app-attest.ts'
import type { Inspection, InspectOptions, Recognized } from './types.ts'
import { inspectAttestationObject, inspectRegistration } from './webauthn.ts'

export { readAppText, readBytesText, readTimeText } from './options-text.ts'
export { readPemCertificates } from './pem.ts'
export { mostInspectedBytes, recognize } from './recognize.ts'
export type {
  Inspection,
  InspectKind,
  InspectNode,
  InspectOptions,
  InspectState,
  Recognized,
} from './types.ts'

/**
 * Judges a recognized input and says all that is known of it as a tree, for a terminal or a page to draw. It verifies
 * with the same rules as the `verify…` functions; a server decides with those.
 *
 * Throws nothing for what was sent: refusals are in the result. Refuses contradictory options with
 * `configuration_invalid`.
 */
export function inspect(input: Recognized, options: InspectOptions): Promise<Inspection> {
  switch (input.kind) {
    case 'androidKey':
      return inspectAndroidKey(input.chain, options)
    case 'appAttest':
      return inspectAppAttest(input.attestationObject, options)
    case 'webauthnRegistration':
      return inspectRegistration(input.response, options)
    case 'webauthnAttestation':
      return inspectAttestationObject(input.attestationObject, options)
  }
}
