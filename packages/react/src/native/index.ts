/** The subpath `@keybound/react/native`: what of React belongs to React Native, and to react-native-web. */
export type { PrivacyCoverProps } from '../cover.ts'
export { PrivacyCover } from './privacy-cover.tsx'
