import type { ServerContext } from '../internal/context.ts'

/**
 * Device tokens: a device that signed in once has its own budget of password tries for that account, so nobody
 * elsewhere can lock it out (attack F04). A device token opens nothing and is not a credential.
 */
export interface KnownDevice {
  /** 16 bytes that name the device to the throttle. */
  readonly id: Uint8Array
}

/** A new token for the device, or for a new device. */
export function issueDeviceToken(
  context: ServerContext,
  account: string,
  device?: KnownDevice,
): Promise<string> {
  return context.tickets.issue('device', {
    account,
    expiresAt: context.now() + context.policy.throttle.deviceLifetime,
    ...(device === undefined ? {} : { nonce: device.id }),
  })
}

/** The device, when the token is ours, in date and of this account. Anything else is a device we do not know. */
export async function recogniseDevice(
  context: ServerContext,
  account: string,
  token: string | undefined,
): Promise<KnownDevice | undefined> {
  if (token === undefined) return undefined
  const opened = await context.tickets.open('device', token)
  if (!opened.ok || !context.tickets.isFor(opened.ticket, account)) return undefined
  return { id: opened.ticket.nonce }
}
