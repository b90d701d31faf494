import { KeyboundError } from '@keybound/protocol'

/** Loads what most visits never need. Rejects `network_unreachable`. */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    throw new KeyboundError(
      'network_unreachable',
      'A part of this app cannot be loaded; check your connection and load the page again.',
      { cause },
    )
  }
}
