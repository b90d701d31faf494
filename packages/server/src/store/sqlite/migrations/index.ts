import { initial } from './0001-initial.ts'
import { tokens } from './0002-tokens.ts'
import { transactions } from './0003-transactions.ts'
import { evidence } from './0004-evidence.ts'
import { phones } from './0005-phones.ts'
import { devices } from './0006-devices.ts'

/** One numbered step of the schema. Once released its SQL never changes: its checksum is in every database. */
export interface Migration {
  /** 1, 2, 3, … without a gap. */
  readonly version: number
  readonly name: string
  readonly sql: string
}

/** In order of their version. */
export const migrations: readonly Migration[] = [
  { version: 1, name: 'initial', sql: initial },
  { version: 2, name: 'tokens', sql: tokens },
  { version: 3, name: 'transactions', sql: transactions },
  { version: 4, name: 'evidence', sql: evidence },
  { version: 5, name: 'phones', sql: phones },
  { version: 6, name: 'devices', sql: devices },
]
