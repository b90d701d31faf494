import * as schemas from '@keybound/protocol/schemas'
import { type Route, sessionRoute } from '../http/route.ts'
import { stepUpAnswer } from '../transactions/step-up.ts'
import { type RecoveryPolicy, recoveryPublicKey, releaseKeys } from './recovery-key.ts'

/** The paths of recovery keys, where the policy has them. */
export function recoveryRoutes(policy: RecoveryPolicy): readonly Route[] {
  return [
    sessionRoute({
      method: 'GET',
      path: '/v1/recovery-key',
      summary: 'Public half of the recovery key of this account, to wrap data to',
      answer: schemas.recoveryPublicKeyAnswer,
      codes: [],
      handle: async ({ context, session }) => ({ json: await recoveryPublicKey(context, session) }),
    }),
    sessionRoute({
      method: 'POST',
      path: '/v1/recovery-key',
      summary:
        'Data keys wrapped to the recovery key, wrapped anew for a registered device that signed in lately',
      body: schemas.recoveryRequest,
      answer: schemas.recoveryAnswer,
      codes: ['step_up_required', 'recovery_refused', 'public_key_invalid'],
      handle: async ({ context, request, session, family, body }) => {
        try {
          return { json: await releaseKeys(context, policy, session, family, body) }
        } catch (error) {
          return stepUpAnswer(context, request, error, policy.maxAge)
        }
      },
    }),
  ]
}
