import { KeyboundError } from '@keybound/protocol'
import type { TransactionOptions, TransactionType } from './declaration.ts'

/** The type of that name as the options declare it. Refuses any other with `transaction_type_unknown`. */
export function requireType({ types }: TransactionOptions, name: string): TransactionType {
  const type = Object.hasOwn(types, name) ? types[name] : undefined
  if (type !== undefined) return type
  throw new KeyboundError(
    'transaction_type_unknown',
    'Unexpected type of transaction, expected one of the option transactions.types. Declare it there.',
  )
}
