import type { VerifiedReceipt } from '@keybound/attestation/receipt'
import {
  type JudgedEvidence,
  judgeReceiptEvidence,
  type ReceiptTrust,
} from '@keybound/attestation/receipt/evidence'
import { type AssuranceLevel, KeyboundError } from '@keybound/protocol'

/** What became of the evidence in a receipt. */
export type Judgement =
  /** There is none, and none was asked for. */
  | { readonly state: 'absent' }
  | {
      readonly state: 'proven'
      /** False where a lower level was asked for than the server told, and only that is proven. */
      readonly isLevelTold: boolean
      readonly judged: JudgedEvidence
    }
  /** It proves less than was asked for, or does not verify. */
  | { readonly state: 'refused'; readonly refusal: KeyboundError }

/** Judges the evidence of a receipt. Where there is none it is refused, unless nothing is to be proven: at level W. */
export async function judgeEvidence(
  receipt: VerifiedReceipt,
  trust: ReceiptTrust,
  level: AssuranceLevel | undefined,
): Promise<Judgement> {
  const asked = level ?? receipt.credential.level
  if (receipt.evidence === null && asked === 'W') return { state: 'absent' }
  try {
    const judged = await judgeReceiptEvidence(receipt, { trust, level: asked })
    const isLevelTold = rank.indexOf(judged.level) >= rank.indexOf(receipt.credential.level)
    return { state: 'proven', isLevelTold, judged }
  } catch (error) {
    if (!(error instanceof KeyboundError)) throw error
    return { state: 'refused', refusal: error }
  }
}

/** Whether the server's word is all that stands behind the level it told. A key of level W is told to have proven nothing. */
export function isLevelItsWord({ credential: { level } }: VerifiedReceipt, judgement: Judgement): boolean {
  return level !== 'W' && !(judgement.state === 'proven' && judgement.isLevelTold)
}

const rank: readonly AssuranceLevel[] = ['W', 'L1', 'L2', 'R']
