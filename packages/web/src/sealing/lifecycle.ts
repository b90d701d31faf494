import type { Lifecycle } from '@keybound/client'
import type { WebEnvironment } from '../environment.ts'

const touched = ['pointerdown', 'keydown', 'wheel'] as const

/** Tells when the page is hidden and shown, and when somebody uses it. */
export function watch({ document }: WebEnvironment, listener: (event: Lifecycle) => void): () => void {
  const visibility = () => listener(document?.visibilityState === 'hidden' ? 'hidden' : 'visible')
  const activity = () => listener('activity')
  const passive = { passive: true, capture: true }
  document?.addEventListener('visibilitychange', visibility)
  for (const name of touched) document?.addEventListener(name, activity, passive)
  return () => {
    document?.removeEventListener('visibilitychange', visibility)
    for (const name of touched) document?.removeEventListener(name, activity, passive)
  }
}
