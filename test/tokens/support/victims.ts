import type { Device, TokenReply } from './device.ts'
import { createTestKey } from './proof-key.ts'
import { startTokenWorld, type TokenWorldOptions } from './world.ts'

/** `status error code` of a token reply. */
export function told({ status, json }: TokenReply): string {
  return status === 200 ? '200' : `${status} ${json.error} ${json.code}`
}

/** The victim and another device of the same account; the attacker has a key of their own. */
export async function victims(options: TokenWorldOptions = {}) {
  const world = await startTokenWorld(options)
  const victim = await world.signedIn()
  const otherDevice = await world.signedIn()
  return { world, victim, otherDevice, thief: createTestKey() }
}

/** What a refresh of the honest user answers now. */
export async function isWell(device: Device): Promise<string> {
  return told(await device.refresh())
}
