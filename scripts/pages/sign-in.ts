/** The least a page that signs in takes from the client: bundled for its size, never run. */
import { createKeyboundClient, webPlatform } from '@keybound/web'

createKeyboundClient({ server: 'https://bank.example', platform: webPlatform() })
