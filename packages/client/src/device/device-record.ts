/** What this device remembers of one account's credential. Nothing in it is secret. */
export interface DeviceRecord {
  readonly account: string
  /** Base64url. */
  readonly credentialId: string
  /** The relying party the credential belongs to. */
  readonly rpId: string
  /** What the server calls the user, or `null` when this device never learnt it. */
  readonly name: string | null
  /** Rises with every use of a credential on this device: the highest was used last. */
  readonly order: number
}

/** Text of a record, as it is stored. */
export function encodeRecord(record: DeviceRecord): string {
  return JSON.stringify(record)
}

/** Reads a stored record; `undefined` for text that is none, which counts as no record. */
export function decodeRecord(text: string | undefined): DeviceRecord | undefined {
  if (text === undefined) return undefined
  try {
    const { account, credentialId, rpId, name, order } = JSON.parse(text) as Record<string, unknown>
    if (typeof account !== 'string' || typeof credentialId !== 'string' || typeof rpId !== 'string') return
    if (name !== null && typeof name !== 'string') return
    if (!Number.isSafeInteger(order)) return
    return { account, credentialId, rpId, name, order: order as number }
  } catch {
    return undefined
  }
}

/** The record of a use that is the newest among these. */
export function newestRecord(
  records: readonly DeviceRecord[],
  used: Omit<DeviceRecord, 'order'>,
): DeviceRecord {
  return { ...used, order: 1 + Math.max(0, ...records.map(({ order }) => order)) }
}

/** These records with one put first, in place of an older one of its account. */
export function withRecord(records: readonly DeviceRecord[], record: DeviceRecord): readonly DeviceRecord[] {
  return [record, ...records.filter(({ account }) => account !== record.account)]
}
