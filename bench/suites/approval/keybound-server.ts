import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { createKeyboundServer, openFileKeys, standardTypes } from '@keybound/server'
import { serve } from '@keybound/server/node'
import { createSqliteStore } from '@keybound/server/store/sqlite'
import { answerParent, origin, realm, rpId, type Seed } from '../sign-in/exchange.ts'
import { registerAll } from '../sign-in/seed.ts'
import { fields, preparePath } from './payment.ts'

answerParent(startKeybound)

const most = { currency: 'EUR', each: 1e9, total: 1e15 }
const limits = [
  { on: 'W', ...most },
  { on: 'newPayee', ...most },
] as const

/** The server as an app would run it; and a path that creates payments, as the host's backend does, before the clock runs. */
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
    policy: { newDevice: { limits: [most] }, transactions: { limits, open: 100 } },
    transactions: { types: standardTypes },
  })
  const prepare = async (accounts: readonly string[]) => {
    const create = async (account: string) => {
      const wanted = { account, type: 'payment', fields, operationId: randomUUID() }
      return (await server.transactions.create(wanted)).id
    }
    return Response.json(await Promise.all(accounts.map(create)))
  }
  const { port } = await serve({
    fetch: async (request, connection) =>
      new URL(request.url).pathname === preparePath
        ? prepare(await request.json())
        : server.fetch(request, connection),
    port: 0,
  })
  return port
}
