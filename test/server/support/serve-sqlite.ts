/** A server process over one folder, as in production: SQLite file, sealed key files, Node adapter. Prints its port. */
import { createKeyboundServer, openFileKeys } from '@keybound/server'
import { serve } from '@keybound/server/node'
import { createSqliteStore } from '@keybound/server/store/sqlite'
import { cheapPasswords, demoPassword, origin, rpId } from '../../support/server.ts'

const [, , folder = '', accounts = '0'] = process.argv
const store = createSqliteStore({ path: `${folder}/keybound.db` })
const keybound = await createKeyboundServer({
  publicUrl: origin,
  realm: 'test',
  relyingParty: { id: rpId, name: 'Test Bank' },
  origins: [origin],
  store,
  keys: await openFileKeys({ folder: `${folder}/keys`, secret: 'the secret of these tests' }),
  firstFactor: cheapPasswords,
  policy: { registration: { credentialsPerAccount: 100 } },
  demo: true,
})
for (let index = 0; index < Number(accounts); index++) {
  await keybound.accounts.create({ username: `user${index}`, password: demoPassword })
}
const server = await serve({ port: 0, fetch: keybound.fetch })
console.log(server.port)
process.once('SIGTERM', async () => {
  await server.close()
  await keybound.close()
  await store.close()
})
