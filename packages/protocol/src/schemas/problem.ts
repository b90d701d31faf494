import { z } from 'zod'
import { catalogue } from '../errors/catalogue.ts'
import type { ErrorCode } from '../errors/keybound-error.ts'

const codes = Object.keys(catalogue) as [ErrorCode, ...ErrorCode[]]

/** RFC 9457 §3.1, with our `code` and `retryAfter`. Loose: clients ignore extensions they do not know (§3.2). */
export const problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string(),
  code: z.enum(codes),
  retryAfter: z.int().nonnegative().exactOptional(),
  instance: z.string().exactOptional(),
})
