import { Platform } from 'react-native'

/** Whether the bank is a demo: its server marks the page then; a phone that was given no server asks a developer's machine. */
export const isDemo =
  Platform.OS === 'web'
    ? document.querySelector('meta[name="demo"]') !== null
    : process.env.EXPO_PUBLIC_BANK_SERVER === undefined
