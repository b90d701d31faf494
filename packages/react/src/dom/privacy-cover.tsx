import { type CSSProperties, type ReactElement, useSyncExternalStore } from 'react'
import type { PrivacyCoverProps } from '../cover.ts'

const over: CSSProperties = { position: 'fixed', inset: 0, zIndex: 2_147_483_647, background: 'Canvas' }

/**
 * Covers content while the page is hidden: from previews of tabs and windows, and for the moment in which it is shown
 * again and may have locked. A browser cannot keep screenshots of a visible page from being taken.
 */
export function PrivacyCover({ children, cover }: PrivacyCoverProps): ReactElement {
  const hidden = useSyncExternalStore(watch, isHidden, () => false)
  return (
    <>
      <div style={{ display: 'contents', visibility: hidden ? 'hidden' : 'visible' }}>{children}</div>
      {hidden && (
        <div style={over} data-keybound-cover="">
          {cover}
        </div>
      )}
    </>
  )
}

function watch(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener)
  return () => document.removeEventListener('visibilitychange', listener)
}

function isHidden(): boolean {
  return document.visibilityState === 'hidden'
}
