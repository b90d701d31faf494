import { KeyboundError } from '@keybound/protocol'
import { approvalRequest } from '@keybound/protocol/schemas'
import type { Approval } from './approve.ts'
import { requireSynchronous } from './synchronous.ts'

/**
 * An approval that a route of the host's own passes on: its id and response are a client's, and are held to the same
 * bounds as on our path, so that a receipt never grows beyond what is read. Refuses with `invalid_request`, and an async
 * effect with `configuration_invalid`.
 */
export function checkApproval(approval: Approval): Approval {
  const { id, response, within } = approval
  if (within !== undefined) requireSynchronous(within)
  if (typeof id === 'string' && approvalRequest.safeParse({ response }).success) return approval
  throw new KeyboundError(
    'invalid_request',
    'Unexpected approval, expected an id and AuthenticationResponseJSON. Pass on what the client sent, unchanged.',
  )
}
