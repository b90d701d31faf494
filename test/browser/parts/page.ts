/** A page with everything, in parts: what it offers to the test is what the pages of test/session offer. */
import { createKeyboundClient, webPlatform, webTokens } from '@keybound/web'

const approvals = () => import('@keybound/web/approvals')
Object.assign(globalThis, { keybound: { createKeyboundClient, webPlatform, webTokens, approvals } })
