// What an app writes against the published packages; packed.test.ts type-checks it against the packed tarballs.
import { verifyAuthentication } from '@keybound/attestation'
import { type ErrorCode, KeyboundError } from '@keybound/protocol'
import { catalogue } from '@keybound/protocol/catalogue'
import { decodeCbor } from '@keybound/protocol/encoding'

export async function check(
  options: Parameters<typeof verifyAuthentication>[0],
): Promise<number | ErrorCode> {
  try {
    const { signCount } = await verifyAuthentication(options)
    return signCount
  } catch (error) {
    if (!(error instanceof KeyboundError)) throw error
    console.error(catalogue[error.code].whatToDo)
    return error.code
  }
}

// @ts-expect-error: the list of codes is closed.
export const unknown: ErrorCode = 'no_such_code'

export const decoded = decodeCbor(new Uint8Array([0]))
