import { createKeyboundServer, openFileKeys, standardTypes } from '@keybound/server'
import { serve } from '@keybound/server/node'
import { createSqliteStore } from '@keybound/server/store/sqlite'
import { openInspectPage } from '../inspect/serve-page.ts'
import { openPhonePage } from '../phone-page/serve-page.ts'
import { createBankApi } from './server/api.ts'
import { buildApp } from './server/build-app.ts'
import { openLedger } from './server/ledger.ts'
import { limitPolicy } from './server/limits.ts'
import { serveApp } from './server/serve-app.ts'

const { PORT = '3000', KEYBOUND_DATA: folder = '.keybound', KEYBOUND_DEMO = 'on' } = process.env
const { PUBLIC_URL: publicUrl = `http://localhost:${PORT}`, KEYBOUND_SECRET = '' } = process.env
const demo = KEYBOUND_DEMO === 'on'

/**
 * In a demo a virtual phone is there too, at /phone, and this server believes what its authority attests; and /inspect,
 * which draws what a piece of attestation proves.
 */
const [phone, inspectPage] = demo ? await Promise.all([openPhonePage(folder), openInspectPage()]) : []

const path = `${folder}/bank.sqlite`
const store = createSqliteStore({ path })
const ledger = openLedger(path, () => Math.floor(Date.now() / 1000))
const keybound = await createKeyboundServer({
  publicUrl,
  realm: 'bank',
  relyingParty: { id: new URL(publicUrl).hostname, name: 'Keybound Bank' },
  origins: [publicUrl],
  store,
  keys: await openFileKeys({
    folder: `${folder}/bank-keys`,
    secret: demo ? 'a demo has no secret' : KEYBOUND_SECRET,
  }),
  tokens: { clients: ['bank-app'] },
  ...(phone && { trust: phone.trust }),
  policy: {
    ...(phone && { registration: { apps: phone.apps } }),
    ...limitPolicy,
  },
  transactions: { types: { payment: standardTypes.payment }, within: ledger.book },
  demo,
  onEvent: (event) => event.type === 'internal' && console.error(event),
})

// Accounts that everybody knows the password of. With `demo` on, the server refuses any address but this machine's.
for (const [username, displayName] of demo
  ? ([
      ['ada', 'Ada Lovelace'],
      ['grace', 'Grace Hopper'],
    ] as const)
  : []) {
  const password = 'correct horse battery staple'
  const { account } = await keybound.accounts.create({ username, displayName, password })
  ledger.open(account, displayName)
}

const api = createBankApi(keybound, publicUrl, ledger)
const app = serveApp(await buildApp((sentence) => console.error(`keybound: ${sentence}`)), {
  publicUrl,
  demo,
})
const server = await serve({
  port: Number(PORT),
  onError: console.error,
  fetch: async (request, connection) =>
    phone?.fetch(request) ??
    inspectPage?.(request) ??
    app(request) ??
    (await api(request)) ??
    keybound.fetch(request, connection),
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
