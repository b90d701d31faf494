import type {
  RecordAuthentication,
  RegisterCredential,
  RemoveCredential,
  Store,
} from '@keybound/server/store'

// What the writer does, and so what the judge can ask again after its death: every input follows from its number.

const now = 1_800_000_000

export type Step = 'register' | 'authenticate' | 'remove'

/** The credential of number `n` of a writer. */
export const idOf = (writer: string, n: number) => `credential-${writer}-${n}`
export const tokenOf = (writer: string, n: number) => `token-${writer}-${n}`

function common(writer: string, step: Step, n: number) {
  return { realm: 'realm', operationId: `${step}-${writer}-${n}`, now }
}

export function registration(writer: string, n: number): RegisterCredential {
  return {
    ...common(writer, 'register', n),
    challenge: { hash: `registration-${writer}-${n}`, expiresAt: now + 300 },
    grant: { hash: `grant-${writer}-${n}`, expiresAt: now + 300 },
    limit: 1e6,
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
      id: idOf(writer, n),
      account: writer,
      publicKey: Uint8Array.from({ length: 77 }, (_, index) => (index + n) % 256),
      name: `Key ${n}`,
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
  }
}

export function authentication(writer: string, n: number): RecordAuthentication {
  const session = { account: writer, acr: 'W', authTime: now, expiresAt: now + 3600 } as const
  return {
    ...common(writer, 'authenticate', n),
    challenge: { hash: `assertion-${writer}-${n}`, expiresAt: now + 300 },
    account: writer,
    credentialId: idOf(writer, n),
    signCount: 1,
    acceptReplayedCount: false,
    backedUp: false,
    session: { ...session, tokenHash: tokenOf(writer, n), credentialId: idOf(writer, n) },
  }
}

export function removal(writer: string, n: number): RemoveCredential {
  return { ...common(writer, 'remove', n), account: writer, credentialId: idOf(writer, n) }
}

/** Takes the step and gives its outcome; the same call is the question whether it was taken. */
export async function take(store: Store, writer: string, step: Step, n: number): Promise<string> {
  if (step === 'register') return (await store.registerCredential(registration(writer, n))).outcome
  if (step === 'authenticate') return (await store.recordAuthentication(authentication(writer, n))).outcome
  return store.removeCredential(removal(writer, n))
}

export const success: Readonly<Record<Step, string>> = {
  register: 'registered',
  authenticate: 'recorded',
  remove: 'removed',
}
