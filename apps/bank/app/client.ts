import * as approvals from '@keybound/client/approvals'
import { phonePlatform, phoneTokens, type SecureHardware } from '@keybound/phone'
import { nativeHardware } from '@keybound/react-native'
import { createKeyboundClient, webPlatform, webTokens } from '@keybound/web'
import { Platform } from 'react-native'

declare global {
  interface Window {
    /** The phone of the page `/phone`, in which the app runs as on a real one. */
    keyboundPhone?: { readonly hardware: SecureHardware }
  }
}

const clientId = 'bank-app'

const inBrowser = Platform.OS === 'web'

/** Whether the app runs on the virtual phone of the demo. */
export const onPhone =
  inBrowser && new URLSearchParams(location.search).has('phone') && window.parent !== window

/** The phone's hardware, where there is one. */
function findHardware(): SecureHardware | undefined {
  if (!inBrowser) return nativeHardware()
  // Each start of the app is a process of its own to the virtual phone.
  const hardware = onPhone ? window.parent.keyboundPhone?.hardware : undefined
  return hardware && { ...hardware }
}

const hardware = findHardware()
const phone = hardware && { hardware }

/** A browser asks where it has the app from. A phone is told when the app is built, or asks the developer's machine. */
const server = inBrowser ? location.origin : (process.env.EXPO_PUBLIC_BANK_SERVER ?? 'http://localhost:3000')

/** The app's one Keybound client: it signs in, unlocks and approves. */
export const client = createKeyboundClient({
  server,
  platform: phone ? phonePlatform(phone) : webPlatform(),
  tokens: phone ? phoneTokens({ ...phone, clientId }) : webTokens({ clientId }),
  approvals,
})
