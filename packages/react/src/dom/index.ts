/** The subpath `@keybound/react/dom`: what of React belongs to browsers. */
export type { PrivacyCoverProps } from '../cover.ts'
export { PrivacyCover } from './privacy-cover.tsx'
