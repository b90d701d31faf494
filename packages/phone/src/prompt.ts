import { KeyboundError } from '@keybound/protocol'
import { translate } from './errors.ts'
import type { SecureHardware } from './hardware/secure-hardware.ts'

/**
 * Runs what prompts. The hardware settles it in every case, and refuses a second one; the signal closes it. What it gave
 * although the signal came too late is handed on, for the caller to undo.
 */
export async function prompting<T>(
  hardware: SecureHardware,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const cancel = () => void hardware.cancelPrompt().catch(() => {})
  if (signal.aborted) throw aborted()
  signal.addEventListener('abort', cancel)
  try {
    return await work()
  } catch (error) {
    throw signal.aborted ? aborted(error) : translate(error)
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

function aborted(cause?: unknown): KeyboundError {
  return new KeyboundError('aborted', 'The call was cancelled; start it again.', { cause })
}
