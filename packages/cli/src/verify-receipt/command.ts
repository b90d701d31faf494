import type { AndroidStatusList } from '@keybound/attestation'
import { type ReceiptKey, type VerifiedReceipt, verifyReceipt } from '@keybound/attestation/receipt'
import type { ReceiptTrust } from '@keybound/attestation/receipt/evidence'
import { KeyboundError } from '@keybound/protocol'
import { parseStrictJson } from '@keybound/protocol/encoding'
import { open, readRoots, readStatus } from '../files.ts'
import { type ExitStatus, type Surroundings, UsageError } from '../surroundings.ts'
import { readArguments, type VerifyReceiptArguments } from './arguments.ts'
import { describeReceipt, describeRefusal } from './describe.ts'
import { type Judgement, judgeEvidence } from './judge.ts'
import { verifyReceiptUsage } from './usage.ts'

/** `keybound verify-receipt`: says in words what a receipt proves. */
export async function runVerifyReceipt(surroundings: Surroundings): Promise<ExitStatus> {
  const given = readArguments(surroundings.args)
  if (given === 'help') {
    surroundings.writeOutput(verifyReceiptUsage)
    return 0
  }
  const { file, keysFile, isJson } = given
  const receipt = readReceiptText(file, await open(file, surroundings))
  const keys = keysFile === undefined ? 'any' : readKeys(keysFile, await open(keysFile, surroundings))
  const trust = await readTrust(given, surroundings)
  try {
    const verified = await verifyReceipt({ receipt, keys })
    const judgement = await judgeEvidence(verified, trust, given.level)
    surroundings.writeOutput(isJson ? jsonOf(verified, judgement) : describeReceipt(verified, judgement))
    return verified.signedBy.trust === 'none' || judgement.state === 'refused' ? 1 : 0
  } catch (error) {
    if (!(error instanceof KeyboundError)) throw error
    surroundings.writeOutput(isJson ? toJson({ refused: refusalOf(error) }) : describeRefusal(error))
    return 1
  }
}

/** The makers' own roots, or those that were given in their place. */
async function readTrust(
  { rootsFile, statusFile, hasTestRoots: testOnly }: VerifyReceiptArguments,
  surroundings: Surroundings,
): Promise<ReceiptTrust> {
  const roots = rootsFile === undefined ? undefined : await readRoots(rootsFile, surroundings)
  const status: AndroidStatusList | undefined =
    statusFile === undefined ? undefined : await readStatus(statusFile, surroundings)
  const given = { testOnly, ...(roots && { roots }) }
  return { roots: roots ?? [], testOnly, android: { ...given, ...(status && { status }) }, apple: given }
}

/** The receipt alone, or the answer of the server around it. */
function readReceiptText(file: string, bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes).trim()
  if (!text.startsWith('{')) return text
  const { receipt } = readObject(file, bytes)
  if (typeof receipt === 'string') return receipt
  throw new UsageError(`Unexpected JSON in ${file}, expected a member "receipt".`)
}

function readKeys(file: string, bytes: Uint8Array): readonly ReceiptKey[] {
  const { keys } = readObject(file, bytes)
  const read = (Array.isArray(keys) ? keys : []).flatMap((key: Partial<ReceiptKey> | null) =>
    typeof key?.x === 'string' && typeof key.y === 'string' ? [{ x: key.x, y: key.y }] : [],
  )
  if (read.length > 0) return read
  throw new UsageError(`Unexpected absence of keys in ${file}, expected the JSON of /v1/receipts/keys.`)
}

function readObject(file: string, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = parseStrictJson(bytes, { maxBytes: 1_000_000 })
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch (cause) {
    throw new UsageError(`${file} is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
  throw new UsageError(`Unexpected JSON in ${file}, expected an object.`)
}

function jsonOf(verified: VerifiedReceipt, judgement: Judgement): string {
  if (judgement.state !== 'refused') return toJson({ ...verified, judgement })
  return toJson({ ...verified, judgement: { state: 'refused', refusal: refusalOf(judgement.refusal) } })
}

function refusalOf({ code, message, rule }: KeyboundError) {
  return { code, message, rule }
}

function toJson(value: object): string {
  const plain = (_: string, member: unknown) =>
    member instanceof Uint8Array ? Buffer.from(member).toString('base64url') : member
  return `${JSON.stringify(value, plain, 2)}\n`
}
