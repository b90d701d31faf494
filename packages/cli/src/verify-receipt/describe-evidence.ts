import type { VerifiedReceipt } from '@keybound/attestation/receipt'
import type { JudgedEvidence } from '@keybound/attestation/receipt/evidence'
import type { AssuranceLevel } from '@keybound/protocol'
import type { Judgement } from './judge.ts'
import { plain, timeOf } from './words.ts'

/** What the evidence of the key proves, line by line. */
export function evidenceLines(receipt: VerifiedReceipt, judgement: Judgement): readonly string[] {
  switch (judgement.state) {
    case 'absent':
      return [absenceLine(receipt)]
    case 'refused':
      return refusedLines(receipt, judgement)
    case 'proven':
      return provenLines(judgement, receipt)
  }
}

/** What one still has to believe about the key when the evidence was judged. Each line goes on after “that”. */
export function openOfKey(
  { credential: { level }, evidence }: VerifiedReceipt,
  judgement: Judgement,
): readonly string[] {
  if (level === 'W') return [unproven.W]
  if (judgement.state !== 'proven' || !judgement.isLevelTold || evidence === null)
    return ['the server told the truth about the level of the key', unproven[level]]
  const { android, app, status } = judgement.judged
  return [
    `the key was registered ${timeOf(evidence.issuedAt)}: certificates were judged as of then`,
    ...(status?.from === 'receipt' ? ['Google’s status list said this when the server approved'] : []),
    app === null
      ? 'no attestation key of the maker had leaked unseen by then'
      : 'the app keeps its key in the Secure Enclave, behind a biometric: App Attest vouches for the app alone',
    ...(app === null && android === null ? [] : ['the app named above is the one it should be']),
  ]
}

/** What a level leaves open where no evidence stands behind it. */
const unproven: { readonly [L in AssuranceLevel]: string } = {
  W: 'a finger or face unlocked the key, and it is in one device: a browser may take a PIN instead, and synchronise keys',
  L1: 'the key is in the hardware of one device: nothing attested it',
  L2: 'the server judged the attestation of the key as it should have',
  R: 'the server judged the attestation of the key as it should have',
}

function absenceLine({ version, credential: { format } }: VerifiedReceipt): string {
  if (version === 1) return 'none: receipts of version 1 carry no evidence, so the level is the server’s word'
  if (format === 'none') return 'none: the key was registered without attestation'
  return 'none: the server kept no evidence of this key, so the level is its word'
}

function refusedLines(
  receipt: VerifiedReceipt,
  { refusal: { code, message, rule } }: Extract<Judgement, { readonly state: 'refused' }>,
): readonly string[] {
  const lines = [plain(message), `${code} · ${plain(rule ?? '')}`]
  if (receipt.evidence !== null) return lines
  return [
    absenceLine(receipt),
    ...lines,
    'With --level W nothing is asked of the level, and the rest counts.',
  ]
}

function provenLines(
  { judged, isLevelTold }: Extract<Judgement, { readonly state: 'proven' }>,
  { credential }: VerifiedReceipt,
): readonly string[] {
  const { level, android, app, testOnly } = judged
  return [
    `level ${level}, judged here${isLevelTold ? '' : ': less than the server told'}`,
    ...(android === null ? [] : androidLines(judged, android)),
    ...(app === null ? [] : [appLine(app)]),
    ...(android === null && app === null ? [otherLine(judged, credential.format)] : []),
    ...(testOnly ? ['by roots made for tests: nothing real may rest on it'] : []),
  ]
}

function appLine({ app: { teamId, bundleId } }: NonNullable<JudgedEvidence['app']>): string {
  return `App Attest: the app ${plain(teamId)}.${plain(bundleId)} on a genuine Apple device vouches for the key`
}

function androidLines(
  { status }: JudgedEvidence,
  { root, securityLevel, application }: NonNullable<JudgedEvidence['android']>,
): readonly string[] {
  const names = application.packages.map(({ name }) => plain(name)).join(', ')
  const place = { strongbox: 'StrongBox', tee: 'the trusted execution environment', software: 'software' }
  return [
    `its certificates lead to ${plain(root.name)}`,
    `a key in ${place[securityLevel]}, made by ${names || 'an app without a name'}, signed by ${application.signerDigests.join(', ') || 'nobody named'}`,
    statusLine(status),
  ]
}

function statusLine(status: JudgedEvidence['status']): string {
  if (status === null) return 'nobody looked whether its certificates were revoked'
  const { from, fetchedAt } = status
  if (from === 'verifier') return 'none of its certificates is on the status list you gave'
  const when = fetchedAt === null ? 'of a time it did not know' : `of ${timeOf(fetchedAt)}`
  return `none of its certificates was on the status list ${when}, says the server`
}

function otherLine({ attestationType, level }: JudgedEvidence, format: string): string {
  if (attestationType !== 'basic') return 'the key signed its own registration: nothing proves where it lives'
  if (level === 'W') return `certificates of format ${plain(format)}, which were not asked to prove more`
  return 'its certificates lead to a root you gave'
}
