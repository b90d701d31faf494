import {
  type AndroidKeyAttestation,
  type AndroidKeyAttestationOptions,
  type AndroidKeyPolicy,
  AttestationError,
  androidPolicies,
  judgeAndroidKeyAttestation,
  parseStatusList,
  verifyAndroidKeyAttestation,
} from '@keybound/attestation'
import { attestedApp, attestedChallenge, authorityNow, authorityRoot } from './authority.ts'

/** L2 for the app that the authority attests. */
export const attestedPolicy: AndroidKeyPolicy = {
  ...androidPolicies.L2,
  applications: [
    {
      packageName: attestedApp.packageName,
      signerDigests: [Buffer.from(attestedApp.signer).toString('hex')],
    },
  ],
}

/** What a chain of the authority is judged with: everything as it should be. */
export function attestedOptions(
  chain: readonly Uint8Array[],
  overrides: Partial<AndroidKeyAttestationOptions> = {},
): AndroidKeyAttestationOptions {
  return {
    chain,
    challenge: attestedChallenge,
    role: 'signing',
    policy: attestedPolicy,
    trust: {
      roots: [authorityRoot],
      status: parseStatusList({ entries: {} }),
      statusFetchedAt: authorityNow,
      testOnly: true,
    },
    issuedAt: authorityNow,
    now: authorityNow,
    ...overrides,
  }
}

/** How a chain was judged. */
export interface Outcome {
  /** `accepted`, or the code of the refusal. */
  readonly code: string
  /** The rules that failed. The first is the one that refuses, unless what was sent could not be read. */
  readonly failed: readonly string[]
  readonly attestation: AndroidKeyAttestation | undefined
}

/** Judges both ways, to the end and to the first refusal, and insists that they agree. */
export async function judge(options: AndroidKeyAttestationOptions): Promise<Outcome> {
  const judgement = await judgeAndroidKeyAttestation(options)
  const failed = judgement.findings.filter(({ passed }) => !passed).map(({ rule }) => rule)
  const code = await verifyAndroidKeyAttestation(options).then(
    () => 'accepted',
    (error: unknown) => {
      if (!(error instanceof AttestationError)) throw error
      if (error.rule !== judgement.error?.rule)
        throw new Error(`${error.rule} is not ${judgement.error?.rule}`)
      return error.code
    },
  )
  if ((code === 'accepted') !== judgement.passed) throw new Error('The two ways to ask disagree.')
  return { code, failed, attestation: judgement.attestation }
}
