import type { Lifecycle } from '@keybound/client'
import type { WebEnvironment } from '../environment.ts'

const touched = ['pointerdown', 'keydown', 'wheel'] as const

/** Tells when the page is hidden and shown, and when somebody uses it. */
export function watch({ document }: WebEnvironment, listener: (event: Lifecycle) => void): () => void {
  const watching = new AbortController()
  const { signal } = watching
  document?.addEventListener('visibilitychange', () => listener(document.visibilityState), { signal })
  for (const name of touched) {
    document?.addEventListener(name, () => listener('activity'), { passive: true, capture: true, signal })
  }
  return () => watching.abort()
}
