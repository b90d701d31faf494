/** A server process with tokens over one folder: SQLite file, sealed key files, Node adapter. Prints its port. */
import { createKeyboundServer, openFileKeys } from '@keybound/server'
import { serve } from '@keybound/server/node'
import { createSqliteStore } from '@keybound/server/store/sqlite'
import { cheapPasswords, demoPassword, origin, rpId } from '../../support/server.ts'

const [, , folder = ''] = process.argv
const store = createSqliteStore({ path: `${folder}/keybound.db` })
const keybound = await createKeyboundServer({
  publicUrl: origin,
  realm: 'test',
  relyingParty: { id: rpId, name: 'Test Bank' },
  origins: [origin],
  store,
  keys: await openFileKeys({ folder: `${folder}/keys`, secret: 'the secret of these tests' }),
  firstFactor: cheapPasswords,
  tokens: { clients: ['bank-app'] },
  demo: true,
})
await keybound.accounts.create({ username: 'ada', password: demoPassword })
const server = await serve({ port: 0, fetch: keybound.fetch })
console.log(server.port)
process.once('SIGTERM', async () => {
  await server.close()
  await keybound.close()
  await store.close()
})
