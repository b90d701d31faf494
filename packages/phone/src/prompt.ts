import { cancelled } from '@keybound/client/for-platforms'
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
  if (signal.aborted) throw cancelled()
  signal.addEventListener('abort', cancel)
  try {
    return await work()
  } catch (error) {
    throw signal.aborted ? cancelled({ cause: error }) : translate(error)
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}
