import type { Lifecycle } from '@keybound/client'
import type { WebEnvironment } from '../environment.ts'

const touched = ['pointerdown', 'keydown', 'wheel'] as const

/** Tells when the page is hidden and shown, and when somebody uses it. */
export function watch({ document }: WebEnvironment, listener: (event: Lifecycle) => void): () => void {
  const watching = new AbortController()
  const { signal } = watching
  const visibility = () => listener(document?.visibilityState === 'hidden' ? 'hidden' : 'visible')
  const activity = () => listener('activity')
  document?.addEventListener('visibilitychange', visibility, { signal })
  for (const name of touched) {
    document?.addEventListener(name, activity, { passive: true, capture: true, signal })
  }
  return () => watching.abort()
}
