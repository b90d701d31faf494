import type { PromptText, StatementRequest } from '@keybound/phone'
import { parseStatement, renderStatement, transactionChallenge } from '@keybound/protocol/transactions'
import type { VirtualCrypto } from '../crypto/port.ts'
import { type Bytes, concat, decode, encode } from './bytes.ts'
import { hardwareError, invalidArgument } from './errors.ts'

/** What an approval signs, and what the prompt says: both from the statement alone. */
export interface PreparedStatement {
  readonly clientDataJson: Bytes
  /** Authenticator data ‖ SHA-256(client data). */
  readonly signedBytes: Bytes
  readonly prompt: PromptText
}

/** Prompts have room for little: the whole is on the app's screen, the first lines stand in the system's dialog. */
const longestDescription = 1024

/** Reads a statement, and makes client data over its challenge. Rejects `invalidArgument` for one that is none. */
export async function prepareStatement(
  { subtle }: VirtualCrypto,
  request: StatementRequest,
): Promise<PreparedStatement> {
  const { realm, account, statement, origin, cancel } = request
  const sha256 = async (bytes: Bytes) => new Uint8Array(await subtle.digest('SHA-256', bytes))
  const nonce = decode(request.nonce)
  if (nonce.length !== 32) throw invalidArgument('nonce', '32 bytes')
  try {
    const rendered = renderStatement(parseStatement(statement))
    const challenge = await transactionChallenge({ realm, account, nonce, statement }, sha256)
    const client = { type: 'webauthn.get', challenge: encode(challenge), origin, crossOrigin: false }
    const clientDataJson = new TextEncoder().encode(JSON.stringify(client))
    const [, ...lines] = rendered.text.split('\n')
    return {
      clientDataJson,
      signedBytes: concat(decode(request.authenticatorData), await sha256(clientDataJson)),
      prompt: {
        title: rendered.title,
        subtitle: '',
        description: lines.join('\n').slice(0, longestDescription),
        cancel,
      },
    }
  } catch (error) {
    throw hardwareError('invalidArgument', `Unexpected statement: ${String(error)}. Fetch it again.`)
  }
}
