import { endingRoots } from '@keybound/attestation'
import type { ServerContext } from './context.ts'

/** Seconds between two looks at the roots. */
const lookEvery = 86_400

/**
 * Tells by an event `trust.rootEnding`, now and once a day while requests come in, which pinned Android root ends within
 * half a year: there must be a new release, or a new root in `trust.android`, before the devices change to its
 * successor. Throws `certificate_malformed` for a root that cannot be read.
 */
export function createRootAlarm(context: ServerContext): () => void {
  let lookedAt: number | undefined
  return () => {
    const now = context.now()
    if (lookedAt !== undefined && now - lookedAt < lookEvery) return
    lookedAt = now
    for (const { name, notAfter } of endingRoots(new Date(now * 1000), context.trust.android)) {
      context.emit({ type: 'trust.rootEnding', root: name, notAfter: Math.floor(notAfter.getTime() / 1000) })
    }
  }
}
