import type {
  AuthenticationOptionsAnswer,
  AuthenticationOptionsRequest,
  CredentialDescriptorJSON,
} from '@keybound/protocol'
import { challengeLifetime, issueChallenge } from '../challenge/challenge.ts'
import { descriptorOf } from '../credentials/credential-json.ts'
import type { ServerContext } from '../internal/context.ts'
import { decoyCredential } from './decoys.ts'

/** Options for `navigator.credentials.get` (WebAuthn L3 §5.1.10). Writes nothing, and answers alike for any name. */
export async function authenticationOptions(
  context: ServerContext,
  { account, dpopJkt }: AuthenticationOptionsRequest,
): Promise<AuthenticationOptionsAnswer> {
  return {
    challenge: await issueChallenge(context, 'authentication', account, dpopJkt),
    rpId: context.relyingParty.id,
    timeout: challengeLifetime(context, 'authentication') * 1000,
    allowCredentials: account === undefined ? [] : await offered(context, account),
    userVerification: 'required',
  }
}

async function offered(
  context: ServerContext,
  account: string,
): Promise<readonly CredentialDescriptorJSON[]> {
  const records = await context.store.listCredentials(context.realm, account)
  // Made in either case, so that time does not tell which it was.
  const decoy = await decoyCredential(context, account)
  return records.length === 0 ? [decoy] : records.map(descriptorOf)
}
