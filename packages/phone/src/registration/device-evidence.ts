import type { DeviceJSON } from '@keybound/protocol'
import { encode } from '../bytes.ts'
import { native } from '../errors.ts'
import type { CreatedKey, DeviceDescription } from '../hardware/secure-hardware.ts'
import { jwkOfPoint, pointOfSpki } from '../p256.ts'
import type { Phone } from '../phone.ts'

/**
 * What goes to the server for the keys beside the signing key. Android: their own chains. iOS: the keys, and App Attest
 * over `transcriptHash`, SHA-256(authenticator data ‖ hash of the client data), by an App Attest key of this credential alone.
 * `undefined` on an Android phone whose key store attests nothing.
 */
export async function deviceEvidence(
  { hardware }: Phone,
  { platform, appIntegrity }: DeviceDescription,
  credentialId: string,
  transcriptHash: Uint8Array,
  { sealing, proof }: { readonly sealing: CreatedKey; readonly proof: CreatedKey },
): Promise<DeviceJSON | undefined> {
  if (platform === 'android') {
    if (sealing.chain.length === 0 || proof.chain.length === 0) return undefined
    return { platform, sealingChain: sealing.chain, proofChain: proof.chain }
  }
  const keys = { sealingKey: sealing.publicKey, proofKey: jwkOfPoint(pointOfSpki(proof.publicKey)) }
  if (!appIntegrity) return { platform, ...keys }
  const key = await native(hardware.appAttestKey(credentialId))
  const attestationObject = await native(hardware.appAttestAttest(key, encode(transcriptHash)))
  return { platform, keyId: urlSafe(key), attestationObject, ...keys }
}

/** Apple gives key ids in base64 with padding; on the wire everything is base64url. */
function urlSafe(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
