/** A page that uses all of the client: bundled for its size, never run. */
import { createKeyboundClient, webPlatform, webTokens } from '@keybound/web'

createKeyboundClient({
  server: 'https://bank.example',
  platform: webPlatform(),
  tokens: webTokens({ clientId: 'bank' }),
  approvals: () => import('@keybound/web/approvals'),
})
