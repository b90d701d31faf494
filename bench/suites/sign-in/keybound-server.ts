import { join } from 'node:path'
import { createKeyboundServer, openFileKeys } from '@keybound/server'
import { serve } from '@keybound/server/node'
import { createSqliteStore } from '@keybound/server/store/sqlite'
import { answerParent, origin, realm, rpId, type Seed } from './exchange.ts'
import { registerAll } from './seed.ts'

answerParent(startKeybound)

/** The server as an app would run it: embedded store, sealed key files, default policy. */
async function startKeybound(seed: Seed): Promise<number> {
  const store = createSqliteStore({ path: join(seed.folder, 'keybound.db') })
  await registerAll(store, seed)
  const keys = await openFileKeys({ folder: join(seed.folder, 'keys'), secret: 'only for this benchmark' })
  const server = await createKeyboundServer({
    publicUrl: origin,
    realm,
    relyingParty: { id: rpId, name: 'Bench' },
    origins: [origin],
    store,
    keys,
  })
  return (await serve({ fetch: server.fetch, port: 0 })).port
}
