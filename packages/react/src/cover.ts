import type { ReactNode } from 'react'

/** What a cover takes. */
export interface PrivacyCoverProps {
  /** What is covered while nobody should see it. Stays mounted, and keeps its place. */
  readonly children: ReactNode
  /** What is seen instead. Default: an empty surface. */
  readonly cover?: ReactNode
}
