import type { VerifiedReceipt } from '@keybound/attestation/receipt'
import {
  type JudgedEvidence,
  judgeReceiptEvidence,
  type ReceiptTrust,
} from '@keybound/attestation/receipt/evidence'
import { type AssuranceLevel, KeyboundError } from '@keybound/protocol'

/** What became of the evidence in a receipt. */
export type Judgement =
  /** There is none to judge. */
  | { readonly state: 'absent' }
  | {
      readonly state: 'proven'
      /** False where a lower level was asked for than the server told, and only that is proven. */
      readonly isLevelTold: boolean
      readonly judged: JudgedEvidence
    }
  /** It proves less than was asked for, or does not verify. */
  | { readonly state: 'refused'; readonly refusal: KeyboundError }

/**
 * Judges the evidence of a receipt. Where there is none, the level is the server's word: that is refused only when a
 * level was asked for.
 */
export async function judgeEvidence(
  receipt: VerifiedReceipt,
  trust: ReceiptTrust,
  level: AssuranceLevel | undefined,
): Promise<Judgement> {
  if (receipt.evidence === null && (level === undefined || level === 'W')) return { state: 'absent' }
  try {
    const judged = await judgeReceiptEvidence(receipt, { trust, ...(level && { level }) })
    const isLevelTold = rank.indexOf(judged.level) >= rank.indexOf(receipt.credential.level)
    return { state: 'proven', isLevelTold, judged }
  } catch (error) {
    if (!(error instanceof KeyboundError)) throw error
    return { state: 'refused', refusal: error }
  }
}

const rank: readonly AssuranceLevel[] = ['W', 'L1', 'L2', 'R']
