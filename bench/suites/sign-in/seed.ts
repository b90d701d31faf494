import { randomBytes } from 'node:crypto'
import type { Store } from '@keybound/server/store'
import { realm, type Seed } from './exchange.ts'

/** Puts every credential into the store, as registrations would have. */
export async function registerAll(store: Store, { credentials }: Seed): Promise<void> {
  const now = Math.floor(Date.now() / 1000)
  const id = () => randomBytes(16).toString('base64url')
  await Promise.all(
    credentials.map((one) =>
      store.registerCredential({
        realm,
        operationId: id(),
        now,
        challenge: { hash: id(), expiresAt: now + 300 },
        grant: { hash: id(), expiresAt: now + 300 },
        limit: 1,
        evidence: {
          attestationObject: new Uint8Array(),
          clientDataHash: new Uint8Array(),
          ceremony: { rpId: '', origin: '', algorithms: [] },
          device: null,
          issuedAt: now,
          judgedAt: now,
          verdict: {
            format: 'none',
            attestationType: 'none',
            level: 'W',
            refusedBy: null,
            suspends: false,
            android: null,
            device: null,
          },
        },
        credential: {
          id: one.id,
          account: one.account,
          publicKey: Buffer.from(one.coseKey, 'base64url'),
          name: 'Bench',
          level: 'W',
          platform: 'web',
          proofJkt: null,
          appAttestKey: null,
          probationUntil: null,
          expiresAt: null,
          suspendedBy: null,
          signCount: 0,
          backupEligible: false,
          backedUp: false,
          transports: ['internal'],
          aaguid: '00000000-0000-0000-0000-000000000000',
          format: 'none',
          createdAt: now,
          lastUsedAt: null,
        },
      }),
    ),
  )
}
