import { KeyboundError, type RegistrationGrantJSON } from '@keybound/protocol'
import { sessionCredential } from '../credentials/session-credential.ts'
import { type GrantedUser, issueVoucher } from '../grant/grant.ts'
import type { ServerContext } from '../internal/context.ts'
import type { NewDeviceProof } from '../policy/policy.ts'
import type { SessionRecord } from '../store/contract.ts'
import { isSignedLately } from '../transactions/step-up.ts'

/** What the host may do about new devices. */
export interface Devices {
  /**
   * Vouches for the next device of an account, as `policy.newDevice.requires` may ask: call it after the host has
   * proven who the user is, and hand the token over; it is single-use and lives for `policy.grant.lifetime` seconds. The
   * app sends it as `grant` in place of the one that its password sign-in gave. Names are shown by authenticators; default
   * `name`: that of the relying party, default `displayName`: `name`.
   */
  vouch(input: HostVoucher): Promise<RegistrationGrantJSON>
}

export interface HostVoucher extends Partial<GrantedUser> {
  readonly account: string
}

export function createDevices(context: ServerContext): Devices {
  return {
    vouch: ({ account, name = context.relyingParty.name, displayName = name }) => {
      context.emit({ type: 'device.vouched', account, by: 'host' })
      return issueVoucher(context, account, 'hostProof', { name, displayName })
    },
  }
}

/**
 * A device of the account vouches for the next one. Refuses with `step_up_required` a session that no key opened lately, and
 * with `device_on_probation` a key that nobody has vouched for long enough: it would vouch for an intruder's next.
 */
export async function vouchByDevice(
  context: ServerContext,
  session: SessionRecord,
  family: string | undefined,
): Promise<RegistrationGrantJSON> {
  const { realm, store, now, policy, relyingParty } = context
  const credentialId = await sessionCredential(context, session, family)
  if (credentialId === null || !isSignedLately(session, now(), policy.grant.lifetime)) throw stepUpRequired()
  const credential = await store.findCredential(realm, credentialId)
  if (credential === undefined || credential.suspendedBy !== null) throw stepUpRequired()
  if ((credential.probationUntil ?? 0) > now()) throw onProbation()
  const { name } = relyingParty
  const grant = await issueVoucher(context, session.account, 'existingDevice', { name, displayName: name })
  context.emit({ type: 'device.vouched', account: session.account, by: 'device', credentialId })
  return grant
}

/** Refuses with `grant_insufficient` a grant behind which there is less than `policy.newDevice.requires`. */
export async function requireProof(
  { realm, store, policy }: ServerContext,
  { account }: SessionRecord,
  proof: NewDeviceProof,
): Promise<void> {
  const { requires } = policy.newDevice
  if (requires === 'password' || proof !== 'password') return
  if (requires === 'existingDevice' && (await store.listCredentials(realm, account)).length === 0) return
  const message =
    'Unexpected grant of a password alone, expected a device of the account or the host to vouch.'
  throw new KeyboundError('grant_insufficient', `${message} Send their token as grant.`)
}

function stepUpRequired(): KeyboundError {
  return new KeyboundError(
    'step_up_required',
    'Unexpected session, expected one that a key of the account opened just now. Sign in with the key and ask again.',
    { rule: 'RFC 9470 §3' },
  )
}

function onProbation(): KeyboundError {
  return new KeyboundError(
    'device_on_probation',
    'Unexpected device on probation, expected one that is past it. Use an older device, or wait.',
  )
}
