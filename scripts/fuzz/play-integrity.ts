import { createHash, generateKeyPairSync } from 'node:crypto'
import { readPlayIntegrityKeys, verifyPlayIntegrity } from '@keybound/attestation'
import { CompactEncrypt, CompactSign } from 'jose'
import { rightVerdict } from '../../test/support/play-integrity.ts'
import { insist, type Target } from './target.ts'

const now = new Date('2026-11-22T12:00:00Z')
const packageName = 'com.example.bank'
const nonce = new Uint8Array(32).fill(7)
const signer = createHash('sha256').update('a signing certificate').digest()
const policy = { applications: [{ packageName, signerDigests: [signer.toString('hex')] }] }

const decryption = new Uint8Array(32).fill(9)
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const keys = readPlayIntegrityKeys({
  decryption: Buffer.from(decryption).toString('base64'),
  verification: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
})

const right = rightVerdict({ packageName, nonce, signer, at: new Date(now.getTime() - 10_000) })
const recent = { recentDeviceActivity: { deviceActivityLevel: 'LEVEL_1' } }
/** With the members that are asked for in the Play Console, too. */
const verdict = Buffer.from(
  JSON.stringify({
    ...right,
    deviceIntegrity: { ...right.deviceIntegrity, ...recent },
    environmentDetails: {
      playProtectVerdict: 'NO_ISSUES',
      appAccessRiskVerdict: { appsDetected: ['KNOWN_INSTALLED'] },
    },
  }),
)

/** Play Integrity tokens, as they are sent and as what is inside behind Google's signature. */
export async function playIntegrity(): Promise<readonly Target[]> {
  const steps = { fixed: 20_000, each: 100 }
  return [
    {
      name: 'verifyPlayIntegrity, token',
      seeds: [Buffer.from(await tokenOf(verdict))],
      grammar: 'bytes',
      steps,
      run: (input) => verify(Buffer.from(input).toString('latin1')),
    },
    {
      name: 'verifyPlayIntegrity, payload',
      seeds: [verdict],
      grammar: 'bytes',
      steps,
      run: async (input) => verify(await tokenOf(input)),
    },
  ]
}

async function tokenOf(payload: Uint8Array): Promise<string> {
  const signed = await new CompactSign(payload).setProtectedHeader({ alg: 'ES256' }).sign(privateKey)
  return new CompactEncrypt(new TextEncoder().encode(signed))
    .setProtectedHeader({ alg: 'A256KW', enc: 'A256GCM' })
    .encrypt(decryption)
}

async function verify(token: string): Promise<void> {
  const { packageName: found, findings } = await verifyPlayIntegrity({ token, keys, nonce, policy, now })
  insist(found === packageName, 'the app of the policy')
  insist(
    findings.every(({ passed }) => passed),
    'a verdict without a rule that failed',
  )
}
