import { createKeyboundServer, openFileKeys, standardTypes } from '@keybound/server'
import { serve } from '@keybound/server/node'
import { createSqliteStore } from '@keybound/server/store/sqlite'
import { limitPolicy, openLedger, pay } from './payments.ts'
import { openPage } from './serve-page.ts'

/** Where the second example keeps its files and is reached. */
export interface OutboxOptions {
  readonly folder: string
  readonly port: number
  /** Milliseconds since the Unix epoch. Default: the system's clock. */
  readonly now?: () => number
}

/**
 * The second example: the ledger is a system of its own, so no approval can share a commit with it. The approval's commit
 * keeps a delivery instead, which is made until the ledger has taken it: at least once, so the ledger knows a payment by
 * its id and books it once. An approval cannot be refused by then; a bank reserves the money when it creates the payment.
 */
export async function openOutbox({ folder, port, now = Date.now }: OutboxOptions) {
  const publicUrl = `http://localhost:${port}`
  const store = createSqliteStore({ path: `${folder}/outbox.sqlite` })
  const ledger = openLedger(`${folder}/ledger.sqlite`)
  const keybound = await createKeyboundServer({
    publicUrl,
    realm: 'outbox',
    relyingParty: { id: 'localhost', name: 'Outbox' },
    origins: [publicUrl],
    store,
    keys: await openFileKeys({ folder: `${folder}/keys`, secret: 'a demo has no secret', now }),
    policy: limitPolicy,
    transactions: {
      types: standardTypes,
      deliver({ id, account, fields: { amount } }) {
        const minor = amount?.kind === 'amount' ? amount.minor : 0
        const once = 'INSERT OR IGNORE INTO ledger (id, account, minor) VALUES (?, ?, ?)'
        ledger.prepare(once).run(id, account, minor)
      },
    },
    demo: true,
    now,
  })
  // What was cut off when the process last ended, and what failed since.
  await keybound.transactions.deliverDue()
  const everyMinute = setInterval(() => keybound.transactions.deliverDue().catch(console.error), 60_000)

  return {
    keybound,
    ledger,
    publicUrl,
    async close() {
      clearInterval(everyMinute)
      await keybound.close()
      ledger.close()
      await store.close()
    },
  }
}

async function main(): Promise<void> {
  const { PORT = '3000', KEYBOUND_DATA: folder = '.keybound' } = process.env
  const { keybound, ledger, publicUrl, close } = await openOutbox({ folder, port: Number(PORT) })
  await keybound.accounts.create({ username: 'ada', password: 'correct horse battery staple' })
  const page = await openPage({ demo: true })
  const server = await serve({
    port: Number(PORT),
    fetch: async (request, connection) => {
      if (new URL(request.url).pathname === '/pay') return pay(keybound, ledger, request, connection)
      return (await page(request)) ?? keybound.fetch(request, connection)
    },
  })
  console.log(publicUrl)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => server.close().then(close))
  }
}

if (import.meta.main) await main()
