import type {
  AttemptBudget,
  CredentialRecord,
  Operation,
  PasswordRecord,
  RecordAuthentication,
  RegisterCredential,
  RemoveCredential,
  SessionRecord,
  SingleUse,
} from '../../contract.ts'
import type { Evidence, RecordJudgement } from '../../evidence-contract.ts'
import type { NewNotice } from '../../notice-contract.ts'
import type { FamilyRecord, LimitsByAcr, RotateRefreshToken, StartFamily } from '../../token-contract.ts'
import type { ApproveTransaction, TransactionRecord } from '../../transaction-contract.ts'

/** When the cases take place, unless they say otherwise. */
export const noon = 1_800_000_000

const limits = { idle: 1000, absolute: 5000 }
/** Limits of every family of the cases, in seconds. */
export const sampleLimits: LimitsByAcr = { pwd: limits, W: limits, L1: limits, L2: limits, R: limits }

/** Inputs that are all right; each call makes ids and hashes of its own. A case overrides what it is about. */
export interface Samples {
  /** A hash or id that no other call gives. */
  unique(kind: string): string
  operation(): Operation
  singleUse(): SingleUse
  credential(parts?: Partial<CredentialRecord>): CredentialRecord
  registration(
    credential?: Partial<CredentialRecord>,
    parts?: Partial<Omit<RegisterCredential, 'credential'>>,
  ): RegisterCredential
  evidence(parts?: Partial<Evidence>): Evidence
  /** Of evidence that is as in the samples. */
  judgement(credentialId: string, parts?: Partial<RecordJudgement>): RecordJudgement
  session(parts?: Partial<SessionRecord>): SessionRecord
  authentication(credential: CredentialRecord, parts?: Partial<RecordAuthentication>): RecordAuthentication
  removal(credential: CredentialRecord, parts?: Partial<RemoveCredential>): RemoveCredential
  notice(parts?: Partial<NewNotice>): NewNotice
  family(parts?: Partial<FamilyRecord>): FamilyRecord
  familyStart(credential: CredentialRecord, parts?: Partial<StartFamily>): StartFamily
  /** A refresh of the family as it is in the record, with a proof of its own. */
  refresh(family: FamilyRecord, parts?: Partial<RotateRefreshToken>): RotateRefreshToken
  budget(parts?: Partial<AttemptBudget>): AttemptBudget
  password(parts?: Partial<PasswordRecord>): PasswordRecord
  transaction(parts?: Partial<TransactionRecord>): TransactionRecord
  approval(
    transaction: TransactionRecord,
    credential: CredentialRecord,
    parts?: Partial<ApproveTransaction>,
  ): ApproveTransaction
}

export function createSamples(): Samples {
  let made = 0
  const unique = (kind: string) => `${kind}-${String(++made).padStart(6, '0')}`.padEnd(43, '_')
  const operation = () => ({ realm: 'realm', operationId: unique('operation'), now: noon })
  const singleUse = () => ({ hash: unique('hash'), expiresAt: noon + 300 })

  const credential = (parts: Partial<CredentialRecord> = {}): CredentialRecord => ({
    id: unique('credential'),
    account: 'ada',
    publicKey: Uint8Array.from({ length: 77 }, (_, index) => (index * 37 + made) % 256),
    name: 'Ada’s “phone” 📱',
    level: 'W',
    platform: 'web',
    proofJkt: null,
    appAttestKey: null,
    probationUntil: null,
    expiresAt: null,
    suspendedBy: null,
    signCount: 0,
    backupEligible: true,
    backedUp: false,
    transports: ['internal', 'hybrid'],
    aaguid: '00000000-0000-0000-0000-000000000000',
    format: 'none',
    createdAt: noon,
    lastUsedAt: null,
    ...parts,
  })

  const evidence = (parts: Partial<Evidence> = {}): Evidence => ({
    attestationObject: Uint8Array.from({ length: 300 }, (_, index) => (index * 31 + made) % 256),
    clientDataHash: Uint8Array.from({ length: 32 }, (_, index) => (index * 7 + made) % 256),
    ceremony: {
      rpId: 'bank.example',
      origin: 'https://bänk.example\u0000',
      algorithms: [-7, -257],
    },
    device: null,
    issuedAt: noon,
    judgedAt: noon,
    verdict: {
      format: 'none',
      attestationType: 'none',
      level: 'W',
      refusedBy: null,
      suspends: false,
      android: null,
      device: null,
    },
    ...parts,
  })

  const session = (parts: Partial<SessionRecord> = {}): SessionRecord => ({
    tokenHash: unique('token'),
    account: 'ada',
    acr: 'pwd',
    authTime: noon,
    expiresAt: noon + 3600,
    credentialId: null,
    ...parts,
  })

  const family = (parts: Partial<FamilyRecord> = {}): FamilyRecord => ({
    id: unique('family'),
    account: 'ada',
    clientId: 'app',
    credentialId: null,
    proofJkt: 'proof key',
    generation: 0,
    rotatedProofAt: noon * 1000,
    acr: 'W',
    authTime: noon,
    createdAt: noon,
    lastActiveAt: noon,
    expiresAt: noon + limits.absolute,
    revokedAt: null,
    ...parts,
  })

  return {
    unique,
    operation,
    singleUse,
    credential,
    evidence,
    judgement: (credentialId, parts) => ({
      ...operation(),
      credentialId,
      issuedAt: noon,
      judgedAt: noon,
      verdict: evidence().verdict,
      ...parts,
    }),
    session,
    notice: (parts) => ({
      id: unique('notice'),
      type: 'credentialRegistered',
      credentialId: unique('credential'),
      name: 'Ada’s phone',
      platform: 'android',
      at: noon,
      expiresAt: noon + 86_400,
      causedBy: [],
      ...parts,
    }),
    family,
    familyStart: ({ id, account }, parts) => ({
      ...operation(),
      challenge: singleUse(),
      account,
      credentialId: id,
      signCount: 0,
      acceptReplayedCount: false,
      backedUp: false,
      family: family({ account, credentialId: id }),
      proofs: [singleUse()],
      ...parts,
    }),
    refresh: ({ id, clientId, generation, proofJkt }, parts) => ({
      realm: 'realm',
      now: noon,
      family: id,
      clientId,
      generation,
      proofJkt,
      proofIssuedAt: noon * 1000,
      limits: sampleLimits,
      proofs: [{ ...singleUse(), expiresAt: (parts?.now ?? noon) + 60 }],
      ...parts,
    }),
    registration: (overrides, parts) => ({
      ...operation(),
      credential: credential(overrides),
      evidence: evidence(),
      challenge: singleUse(),
      grant: singleUse(),
      limit: 10,
      ...parts,
    }),
    authentication: ({ id, account }, parts) => ({
      ...operation(),
      challenge: singleUse(),
      account,
      credentialId: id,
      signCount: 0,
      acceptReplayedCount: false,
      backedUp: false,
      session: session({ account, acr: 'W', credentialId: id }),
      ...parts,
    }),
    removal: ({ id, account }, parts) => ({ ...operation(), account, credentialId: id, ...parts }),
    budget: (parts) => ({
      key: unique('budget'),
      limit: 3,
      delay: 10,
      maxDelay: 60,
      forgetAfter: 600,
      ...parts,
    }),
    transaction: (parts) => ({
      id: unique('transaction'),
      account: 'ada',
      type: 'payment',
      statement: '{"ähnlich":1}',
      nonce: unique('nonce'),
      money: { currency: 'EUR', minor: 1000 },
      payees: ['DE01', 'DE02'],
      createdAt: noon,
      expiresAt: noon + 300,
      approvedAt: null,
      credentialId: null,
      receipt: null,
      ...parts,
    }),
    approval: ({ id, account }, credential, parts) => ({
      ...operation(),
      challenge: singleUse(),
      account,
      credentialId: credential.id,
      signCount: 0,
      acceptReplayedCount: false,
      backedUp: false,
      transaction: id,
      receipt: 'receipt',
      limits: {},
      deliver: false,
      ...parts,
    }),
    password: (parts) => ({
      account: 'ada',
      username: 'ada',
      displayName: 'Ada',
      passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',
      ...parts,
    }),
  }
}
