import { hash } from 'node:crypto'

/** The app as its phone's package manager knows it, and as the server expects it. */
export const labApp = {
  packageName: 'com.example.attacklab',
  signerDigests: [hash('sha256', 'the certificate of the attack lab')],
}

/** The digest as bytes. */
export const labSigner = new Uint8Array(Buffer.from(labApp.signerDigests.join(''), 'hex'))

/** The same app on an iPhone. */
export const labIosApp = { teamId: 'ABCDE12345', bundleId: 'com.example.attacklab' }
export const labIosAppId = `${labIosApp.teamId}.${labIosApp.bundleId}`

/** Who signs what the attacker has repackaged. */
export const foreignSigner = new Uint8Array(32).fill(0x66)
export const foreignIosAppId = `FOREIGN123.${labIosApp.bundleId}`
