import { createHash } from 'node:crypto'
import { encodeCoseKey } from '@keybound/protocol/encoding'
import {
  attestedApp,
  attestedChallenge,
  authorityNow,
  authorityRoot,
  chainSpecs,
  writeChain,
} from '../support/android-authority/index.ts'
import { createAppleAuthority } from '../support/apple-authority.ts'
import {
  challenge,
  credentialId,
  credentialKey,
  forgeAssertion,
  origin,
  rpId,
  userHandle,
} from '../support/webauthn/forge.ts'

/** One piece of evidence of each kind, as JSON: bytes are base64. What `alone.mjs` judges. */
export function makeEvidence() {
  const authority = createAppleAuthority(authorityNow)
  const app = { teamId: 'TEAM123456', bundleId: 'com.example.bank' }
  const clientDataHash = createHash('sha256').update('client data').digest()
  const { attestationObject, keyId } = authority.attest({
    appId: `${app.teamId}.${app.bundleId}`,
    clientDataHash,
  })
  return {
    date: authorityNow.toISOString(),
    android: {
      root: base64(authorityRoot),
      challenge: base64(attestedChallenge),
      chain: writeChain(chainSpecs()).map(base64),
      applications: [
        {
          packageName: attestedApp.packageName,
          signerDigests: [Buffer.from(attestedApp.signer).toString('hex')],
        },
      ],
    },
    apple: {
      root: base64(authority.root),
      app,
      attestationObject: base64(attestationObject),
      clientDataHash: base64(clientDataHash),
      keyId: base64(keyId),
    },
    assertion: {
      response: forgeAssertion(),
      expected: { challenge, origins: [origin], rpId },
      credential: {
        id: base64(credentialId),
        publicKey: base64(encodeCoseKey(credentialKey.cose)),
        userHandle: base64(userHandle),
        signCount: 0,
        backupEligible: false,
      },
    },
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
