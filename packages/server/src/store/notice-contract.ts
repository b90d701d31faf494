import type { DevicePlatform, EpochSeconds, NoticeJSON } from '@keybound/protocol'

/**
 * What happened to the keys of an account, for its other devices. A reader is whoever asks: the id of the credential that
 * opened the session, or the token hash of a session that none opened.
 */
export interface NoticeStore {
  /** Those of the account that others than the reader caused and the reader has not acknowledged, oldest first. */
  listNotices(realm: string, account: string, reader: string): Promise<readonly NoticeRecord[]>
  /** For this reader only; again and again. `unknown`: the account has no such notice. */
  acknowledgeNotice(input: AcknowledgeNotice): Promise<'acknowledged' | 'unknown'>
}

/** A notice of the account whose credential the operation is about. */
export interface NewNotice {
  /** Unique within the realm: at least 128 random bits, base64url. */
  readonly id: string
  readonly type: NoticeJSON['type']
  readonly credentialId: string
  readonly name: string
  readonly platform: DevicePlatform
  readonly at: EpochSeconds
  readonly expiresAt: EpochSeconds
  /** Readers who caused it, and are not told. */
  readonly causedBy: readonly string[]
}

export interface NoticeRecord extends Omit<NewNotice, 'causedBy'> {
  readonly account: string
}

export interface AcknowledgeNotice {
  readonly realm: string
  readonly account: string
  readonly notice: string
  readonly reader: string
}
