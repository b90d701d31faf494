import { parseArgs } from 'node:util'
import { type ReceiptKey, verifyReceipt } from '@keybound/attestation/receipt'
import { KeyboundError } from '@keybound/protocol'
import { parseStrictJson } from '@keybound/protocol/encoding'
import { type ExitStatus, type Surroundings, UsageError } from '../surroundings.ts'
import { describeReceipt, describeRefusal } from './describe.ts'
import { verifyReceiptUsage } from './usage.ts'

/** `keybound verify-receipt`: says in words what a receipt proves. */
export async function runVerifyReceipt(surroundings: Surroundings): Promise<ExitStatus> {
  const { values, positionals } = readArguments(surroundings.args)
  if (values.help) {
    surroundings.writeOutput(verifyReceiptUsage)
    return 0
  }
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) {
    throw new UsageError(`Unexpected ${positionals.length} inputs, expected one FILE or -.`)
  }
  const receipt = readReceiptText(file, await open(file, surroundings))
  const keys =
    values.keys === undefined ? 'any' : readKeys(values.keys, await open(values.keys, surroundings))
  try {
    const verified = await verifyReceipt({ receipt, keys })
    surroundings.writeOutput(values.json ? toJson(verified) : describeReceipt(verified))
    return verified.signedBy.trust === 'none' ? 1 : 0
  } catch (error) {
    if (!(error instanceof KeyboundError)) throw error
    const { code, message, rule } = error
    surroundings.writeOutput(
      values.json ? toJson({ refused: { code, message, rule } }) : describeRefusal(error),
    )
    return 1
  }
}

function readArguments(args: readonly string[]) {
  try {
    const options = {
      keys: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    } as const
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause))
  }
}

async function open(file: string, surroundings: Surroundings): Promise<Uint8Array> {
  if (file === '-') return surroundings.readStandardInput()
  try {
    return await surroundings.readFile(file)
  } catch (cause) {
    throw new UsageError(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
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

function toJson(value: object): string {
  const plain = (_: string, member: unknown) =>
    member instanceof Uint8Array ? Buffer.from(member).toString('base64url') : member
  return `${JSON.stringify(value, plain, 2)}\n`
}
