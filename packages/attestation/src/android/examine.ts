import { defaultCrypto } from '#default-crypto'
import { equalBytes, toHex } from '../internal/bytes.ts'
import type { Ledger } from '../policy/ledger.ts'
import type { Certificate } from '../x509/certificate.ts'
import { type JudgedChain, judgeChain } from './chain/judge-chain.ts'
import { certifiedLevel } from './chain/shape.ts'
import { judgeApplication } from './key/judge-application.ts'
import { judgeAttestKey } from './key/judge-attest-key.ts'
import { judgeBoot } from './key/judge-boot.ts'
import { judgeLevel, judgeVersion } from './key/judge-level.ts'
import { judgeOrigin, judgeUse } from './key/judge-use.ts'
import { judgeVersions } from './key/judge-versions.ts'
import { enforcedList, type KeyQuestion } from './key/question.ts'
import { judgeUserAuthentication } from './key/user-authentication.ts'
import {
  type KeyDescription,
  keyDescriptionOid,
  parseKeyDescription,
} from './key-description/key-description.ts'
import { keyRules } from './rules.ts'
import type { AndroidKeyAttestationOptions } from './types.ts'

/** A chain that was judged together with the key it speaks of. */
export interface Examined {
  readonly chain: JudgedChain
  readonly leaf: Certificate
  readonly description: KeyDescription
}

/** Judges every rule, the chain first; undefined when there is no description to judge. */
export async function examine(
  ledger: Ledger,
  certificates: readonly Certificate[],
  options: AndroidKeyAttestationOptions,
): Promise<Examined | undefined> {
  const { policy, trust, issuedAt, now, role, challenge, crypto = defaultCrypto } = options
  const chain = await judgeChain(ledger, { certificates, policy, trust, issuedAt, now, crypto })
  const [leaf] = certificates
  const description = leaf && readDescription(leaf)
  if (leaf === undefined || description === undefined) return undefined
  const question: KeyQuestion = {
    ledger,
    description,
    enforced: enforcedList(description, policy),
    publicKey: leaf.publicKey,
    role,
    policy,
    certifiedLevel: chain.shape && certifiedLevel(chain.certificates, chain.shape),
  }
  judgeChallenge(question, challenge)
  judgeKey(question)
  const attestKey = chain.attestKeys === 1 ? certificates[1] : undefined
  const attestDescription = attestKey && readDescription(attestKey)
  if (attestDescription) judgeAttestKey(ledger, description, attestDescription)
  return { chain, leaf, description }
}

function readDescription({ extensions }: Certificate): KeyDescription | undefined {
  const extension = extensions.get(keyDescriptionOid)
  return extension && parseKeyDescription(extension.value)
}

/** The challenge is compared whole: no prefix, never empty. */
function judgeChallenge({ ledger, description }: KeyQuestion, challenge: Uint8Array): void {
  const found = description.attestationChallenge
  const same = challenge.length > 0 && equalBytes(found, challenge)
  const expected = challenge.length > 0 ? `challenge ${toHex(challenge)}` : 'a challenge, and none was given'
  ledger.check(keyRules.challenge, same, `challenge ${toHex(found) || 'of no bytes'}`, expected)
}

function judgeKey(question: KeyQuestion): void {
  judgeVersion(question)
  judgeTagOrder(question)
  judgeLevel(question)
  judgeBoot(question)
  judgeOrigin(question)
  judgeUse(question)
  judgeUserAuthentication(question)
  judgeApplication(question)
  judgeVersions(question)
}

function judgeTagOrder({ ledger, description, policy }: KeyQuestion): void {
  if (policy.tagOrder === 'any') return
  const ordered = description.softwareEnforced.tagsInOrder && description.hardwareEnforced.tagsInOrder
  ledger.check(keyRules.tagOrder, ordered, ordered ? 'tags in order' : 'tags out of order', 'in order')
}
