import type { CryptoPort } from '../../crypto/port.ts'
import { equalBytes } from '../../internal/bytes.ts'
import type { Ledger, Rule } from '../../policy/ledger.ts'
import type { AppleApp } from '../types.ts'

const utf8 = new TextEncoder()

/** The relying party id of App Attest. */
export function appIdOf({ teamId, bundleId }: AppleApp): string {
  return `${teamId}.${bundleId}`
}

/** Which of the apps the relying party hash stands for: SHA-256 of team id, a dot and bundle id. */
export async function findApp(
  rpIdHash: Uint8Array,
  apps: readonly AppleApp[],
  rule: Rule,
  ledger: Ledger,
  crypto: CryptoPort,
): Promise<AppleApp | undefined> {
  let match: AppleApp | undefined
  for (const app of apps) {
    if (match === undefined && equalBytes(await crypto.sha256(utf8.encode(appIdOf(app))), rpIdHash))
      match = app
  }
  const found = match === undefined ? 'hash of another app' : `app ${appIdOf(match)}`
  ledger.check(rule, match !== undefined, found, apps.map(appIdOf).join(' or '))
  return match
}
