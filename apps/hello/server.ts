import { createKeyboundServer, openFileKeys, standardTypes } from '@keybound/server'
import { serve } from '@keybound/server/node'
import { createSqliteStore } from '@keybound/server/store/sqlite'
import { book, limitPolicy, openLedger, pay } from './payments.ts'
import { openPage } from './serve-page.ts'

const { PORT = '3000', KEYBOUND_DATA: folder = '.keybound', KEYBOUND_DEMO = 'on' } = process.env
const { PUBLIC_URL: publicUrl = `http://localhost:${PORT}`, KEYBOUND_SECRET = '' } = process.env
const demo = KEYBOUND_DEMO === 'on'

const path = `${folder}/hello.sqlite`
const store = createSqliteStore({ path })
const keybound = await createKeyboundServer({
  publicUrl,
  realm: 'hello',
  relyingParty: { id: new URL(publicUrl).hostname, name: 'Hello, Keybound' },
  origins: [publicUrl],
  store,
  keys: await openFileKeys({
    folder: `${folder}/keys`,
    secret: demo ? 'a demo has no secret' : KEYBOUND_SECRET,
  }),
  policy: limitPolicy,
  transactions: { types: standardTypes, within: book },
  demo,
  onEvent: (event) => event.type === 'internal' && console.error(event),
})
const ledger = openLedger(path)

// Accounts that everybody knows the password of. With `demo` on, the server refuses any address but this machine's.
for (const username of demo ? ['ada', 'grace'] : []) {
  await keybound.accounts.create({ username, password: 'correct horse battery staple' })
}

const page = await openPage({ demo })
const server = await serve({
  port: Number(PORT),
  onError: console.error,
  fetch: async (request, connection) => {
    if (new URL(request.url).pathname === '/pay') return pay(keybound, ledger, request, connection)
    return (await page(request)) ?? keybound.fetch(request, connection)
  },
})
console.log(publicUrl)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await server.close()
    await keybound.close()
    ledger.close()
    await store.close()
  })
}
