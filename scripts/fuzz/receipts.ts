import { generateKeyPairSync, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parseAttestationObject, parseAuthenticatorData } from '@keybound/attestation'
import { verifyReceipt } from '@keybound/attestation/receipt'
import { judgeReceiptEvidence } from '@keybound/attestation/receipt/evidence'
import { insist, insistSame, type Target } from './target.ts'

const file = new URL('../../docs/vectors/receipts.json', import.meta.url)
const { roots, vectors } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly roots: { readonly android: string; readonly apple: string }
  readonly vectors: readonly { readonly receipt: string }[]
}
const trusted = (root: string) => ({ roots: [Buffer.from(root, 'base64')], testOnly: true })
const trust = { roots: [], android: trusted(roots.android), apple: trusted(roots.apple) }

/** The key of a server that signs whatever it is given. */
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
const key = { kid: 'fuzz', x, y, activeFrom: 0, endorsement: null }
const header = encode('{"alg":"ES256","kid":"fuzz","typ":"keybound-receipt"}')

/** Receipts that a server signed though it should not have: what is behind its signature is anybody's. */
export function receipts(): readonly Target[] {
  const seeds = vectors.map(({ receipt }) => {
    const payload = JSON.parse(Buffer.from(receipt.split('.')[1] ?? '', 'base64url').toString())
    return Buffer.from(JSON.stringify({ ...payload, keys: [key] }))
  })
  const steps = { fixed: 30_000, each: 100 }
  return [{ name: 'verifyReceipt, payload', seeds, grammar: 'bytes', steps, run: runReceipt }]
}

async function runReceipt(payload: Uint8Array): Promise<void> {
  const input = `${header}.${encode(payload)}`
  const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  const verified = await verifyReceipt({ receipt: `${input}.${encode(signature)}`, keys: [key] })
  insist(verified.signedBy.trust === 'key', 'the key that signed')
  const { evidence, credential } = verified
  insist(verified.version === 2 || evidence === null, 'no evidence in a receipt of version 1')
  if (evidence === null) return
  const { authenticatorData } = parseAttestationObject(evidence.attestationObject)
  const attested = parseAuthenticatorData(authenticatorData).attestedCredential
  insistSame(attested?.publicKey ?? new Uint8Array(), credential.publicKey, 'evidence of the key that signed')
  const judged = await judgeReceiptEvidence(verified, { trust, level: 'L2' })
  insist(judged.testOnly, 'a verdict that says which trust stands behind it')
}

function encode(bytes: Uint8Array | string): string {
  return Buffer.from(bytes).toString('base64url')
}
