import type { KeyRole } from '../../policy/android.ts'
import { describeKey, type PublicKeyInfo } from '../../x509/public-key.ts'
import type { AuthorizationList } from '../key-description/authorization-list.ts'
import { keyAlgorithm, keyCurve, keyDigest, keyPadding, keyPurpose } from '../key-description/values.ts'
import { keyRules } from '../rules.ts'
import { describeNumber, describeNumbers, type KeyQuestion } from './question.ts'

/** What a key of a role is made with, and what else it may be allowed. */
interface RoleUse {
  readonly purpose: number
  readonly purposes: ReadonlySet<number>
  readonly digests: ReadonlySet<number>
  readonly key: string
  readonly isKey: (key: PublicKeyInfo) => boolean
  /** Exactly these; undefined where paddings mean nothing. */
  readonly padding: number | undefined
}

const { encrypt, decrypt, sign, verify } = keyPurpose

const signing: RoleUse = {
  purpose: sign,
  purposes: new Set([sign, verify]),
  // Without digest (0) a caller could have any hash signed that nobody computed.
  digests: new Set([keyDigest.sha256, keyDigest.sha384, keyDigest.sha512]),
  key: 'EC P-256',
  isKey: (key) => key.kind === 'ec' && key.curve === 'p256',
  padding: undefined,
}

const sealing: RoleUse = {
  purpose: decrypt,
  purposes: new Set([encrypt, decrypt]),
  // SHA-1 is there for MGF1 alone, as the key store has no other before Android 15.
  digests: new Set([keyDigest.sha1, keyDigest.sha256]),
  key: 'RSA of 2048 to 4096 bits',
  isKey: (key) => key.kind === 'rsa' && key.modulusBits >= 2048 && key.modulusBits <= 4096,
  padding: keyPadding.oaep,
}

const roleUses: Readonly<Record<KeyRole, RoleUse>> = { signing, sealing, proof: signing }

/** Judges what holds for every key: made in the hardware, of this app alone, described as certified. */
export function judgeOrigin({ ledger, description, enforced, publicKey }: KeyQuestion): void {
  const origin = enforced.origin ?? 'none in the hardware list'
  ledger.check(keyRules.origin, origin === 'generated', `origin ${origin}`, 'origin generated')
  const { softwareEnforced, hardwareEnforced } = description
  const shared = softwareEnforced.allApplications === true || hardwareEnforced.allApplications === true
  ledger.check(
    keyRules.allApplications,
    !shared,
    shared ? 'a key of all apps' : 'a key of one app',
    'one app',
  )
  const described = describeDescribed(enforced)
  const matches = isDescribed(publicKey, enforced)
  ledger.check(
    keyRules.keyMatches,
    matches,
    `${describeKey(publicKey)} described as ${described}`,
    'the same key',
  )
}

function describeDescribed({ algorithm, ecCurve, keySize }: AuthorizationList): string {
  const parts = [describeNumber(algorithm, keyAlgorithm)]
  if (ecCurve !== undefined) parts.push(describeNumber(ecCurve, keyCurve))
  if (keySize !== undefined) parts.push(String(keySize))
  return parts.join(' ')
}

const curveTags = { p256: keyCurve.p256, p384: keyCurve.p384, p521: keyCurve.p521 }
const curveSizes = { p256: 256, p384: 384, p521: 521 }

/** Whether certified key and description speak of one key. Curve and size are optional in old descriptions. */
function isDescribed(key: PublicKeyInfo, { algorithm, ecCurve, keySize }: AuthorizationList): boolean {
  switch (key.kind) {
    case 'ec':
      return (
        algorithm === keyAlgorithm.ec &&
        (ecCurve ?? curveTags[key.curve]) === curveTags[key.curve] &&
        (keySize ?? curveSizes[key.curve]) === curveSizes[key.curve]
      )
    case 'rsa':
      return algorithm === keyAlgorithm.rsa && (keySize ?? key.modulusBits) === key.modulusBits
    case 'ed25519':
      return algorithm === keyAlgorithm.ec && ecCurve === keyCurve.curve25519
    case 'other':
      return algorithm !== keyAlgorithm.rsa
  }
}

/** Judges what the role asks: purposes, kind of key, digests, padding. */
export function judgeUse({ ledger, enforced, publicKey, role, policy }: KeyQuestion): void {
  if (policy.keyUse === 'any') return
  const use = roleUses[role]
  const { purposes = [], digests = [], paddings = [] } = enforced
  const purposesFit = purposes.includes(use.purpose) && purposes.every((purpose) => use.purposes.has(purpose))
  const purposesFound = `purposes ${describeNumbers(purposes, keyPurpose)}`
  const purposesExpected = `${describeNumber(use.purpose, keyPurpose)} for ${role}, and nothing else`
  ledger.check(keyRules.purposes, purposesFit, purposesFound, purposesExpected)
  ledger.check(keyRules.keyType, use.isKey(publicKey), describeKey(publicKey), `${use.key} for ${role}`)
  const digestsFit = digests.includes(keyDigest.sha256) && digests.every((digest) => use.digests.has(digest))
  const digestsFound = `digests ${describeNumbers(digests, keyDigest)}`
  ledger.check(keyRules.digests, digestsFit, digestsFound, `sha256, and none unsafe for ${role}`)
  if (use.padding === undefined) return
  const paddingsFit = paddings.length === 1 && paddings[0] === use.padding
  const paddingsFound = `paddings ${describeNumbers(paddings, keyPadding)}`
  ledger.check(keyRules.paddings, paddingsFit, paddingsFound, describeNumber(use.padding, keyPadding))
}
