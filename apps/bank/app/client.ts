import * as approvals from '@keybound/client/approvals'
import { phonePlatform, phoneTokens, type SecureHardware } from '@keybound/phone'
import { createKeyboundClient, webPlatform, webTokens } from '@keybound/web'

declare global {
  interface Window {
    /** The phone of the page `/phone`, in which the app runs as on a real one. */
    keyboundPhone?: { readonly hardware: SecureHardware }
  }
}

const clientId = 'bank-app'

/** Whether the app runs on the virtual phone of the demo. */
export const onPhone = new URLSearchParams(location.search).has('phone') && window.parent !== window

/** The phone's hardware, where there is one: each start of the app is a process of its own to it. */
const hardware = onPhone ? window.parent.keyboundPhone?.hardware : undefined
const phone = hardware && { hardware: { ...hardware } }

/** The app's one Keybound client: it signs in, unlocks and approves. */
export const client = createKeyboundClient({
  server: location.origin,
  platform: phone ? phonePlatform(phone) : webPlatform(),
  tokens: phone ? phoneTokens({ ...phone, clientId }) : webTokens({ clientId }),
  approvals,
})
