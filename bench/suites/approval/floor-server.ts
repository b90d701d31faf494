import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  verify,
} from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { serve } from '@keybound/server/node'
import { createSqliteStore } from '@keybound/server/store/sqlite'
import { answerParent, origin, realm, rpId, type Seed, type SeedCredential } from '../sign-in/exchange.ts'
import { registerAll } from '../sign-in/seed.ts'
import { preparePath } from './payment.ts'

// The floor of an approval: the same two requests with answers of the same size, handled by nothing but one signature
// check over ready bytes, one signature for the receipt, and one commit of the rows that an approval leaves.
answerParent(startFloor)

async function startFloor(seed: Seed): Promise<number> {
  const path = join(seed.folder, 'floor.db')
  const store = createSqliteStore({ path })
  await registerAll(store, seed)
  await store.close()
  const rows = openRows(path)
  const approve = bareApproval(rows, seed)
  const headers = { 'content-type': 'application/json' }
  const { port } = await serve({
    fetch: async (request) => {
      const body = await request.text()
      const { pathname } = new URL(request.url)
      if (pathname === preparePath) return Response.json((JSON.parse(body) as string[]).map(rows.create))
      const answer = pathname.endsWith('/approval') ? approve(idOf(pathname)) : shown(idOf(pathname))
      return new Response(answer, { headers })
    },
    port: 0,
  })
  return port
}

function idOf(path: string): string {
  return path.split('/')[3] ?? ''
}

type Rows = ReturnType<typeof openRows>

/** The rows an approval leaves (used challenge, credential, transaction with its receipt, payee), in one synced commit. */
function openRows(path: string) {
  const database = new DatabaseSync(path)
  for (const pragma of [
    'journal_mode = WAL',
    'synchronous = FULL',
    'foreign_keys = ON',
    'secure_delete = ON',
  ])
    database.exec(`PRAGMA ${pragma}`)
  const now = Math.floor(Date.now() / 1000)
  const add = database.prepare(
    `INSERT INTO keybound_transactions (realm, id, account, type, statement, nonce, currency, minor, payees, created_at, expires_at)
     VALUES (?, ?, ?, 'payment', ?, ?, 'EUR', 4200, '["DE02120300000000202051"]', ?, ?)`,
  )
  const begin = database.prepare('BEGIN IMMEDIATE')
  const use = database.prepare(
    `INSERT INTO keybound_used (realm, kind, hash, expires_at, operation, operation_id)
     VALUES (?, 'challenge', ?, ?, 'approveTransaction', ?)`,
  )
  const update = database.prepare(
    'UPDATE keybound_credentials SET sign_count = ?, backed_up = ?, last_used_at = ? WHERE realm = ? AND id = ?',
  )
  const approve = database.prepare(
    `UPDATE keybound_transactions SET approved_at = ?, credential_id = ?, receipt = ?, new_payee = 1
     WHERE realm = ? AND id = ? AND approved_at IS NULL`,
  )
  const payee = database.prepare(
    `INSERT INTO keybound_payees (realm, account, payee, first_approved_at) VALUES (?, ?, 'DE02120300000000202051', ?)
     ON CONFLICT (realm, account, payee) DO NOTHING`,
  )
  const commit = database.prepare('COMMIT')
  return {
    create(account: string): string {
      const id = randomBytes(16).toString('base64url')
      add.run(realm, id, account, 's'.repeat(360), 'n'.repeat(43), now, now + 300)
      return id
    },
    approve(id: string, { id: credentialId, account }: SeedCredential, receipt: string): void {
      const random = randomBytes(48).toString('base64url')
      begin.run()
      use.run(realm, random.slice(0, 43), now + 300, random.slice(43))
      update.run(0, 0, now, realm, credentialId)
      approve.run(now, credentialId, receipt, realm, id)
      payee.run(realm, account, now)
      commit.run()
    },
  }
}

/** Signature, receipt and commit, for the next credential each time. */
function bareApproval(rows: Rows, { credentials }: Seed): (id: string) => string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }))
  const payload = Buffer.alloc(1600, 'p')
  const ready = credentials.map((credential) => ({
    credential,
    signed: Buffer.from(credential.signed, 'base64url'),
    signature: Buffer.from(credential.signature, 'base64url'),
    key: createPublicKey({ key: Buffer.from(credential.spki, 'base64url'), format: 'der', type: 'spki' }),
  }))
  let next = 0
  return (id) => {
    const one = ready[next++ % ready.length] as (typeof ready)[number]
    if (!verify('sha256', one.signed, one.key, one.signature)) throw new Error('Refused.')
    const signature = sign('sha256', payload, { key, dsaEncoding: 'ieee-p1363' })
    const receipt = `${payload.toString('latin1')}.${signature.toString('base64url')}`
    rows.approve(id, one.credential, receipt)
    return JSON.stringify({ receipt })
  }
}

/** As long as the server's own; the client of the benchmark signs whatever it says. */
function shown(id: string): string {
  return JSON.stringify({
    id,
    status: 'open',
    realm,
    account: 'account-0',
    statement: 's'.repeat(360),
    nonce: 'n'.repeat(42).concat('g'),
    expiresAt: 1_793_003_600,
    level: 'W',
    stepUp: false,
    options: {
      rpId,
      timeout: 300_000,
      allowCredentials: [{ type: 'public-key', id: 'i'.repeat(43), transports: ['internal'] }],
      userVerification: 'required',
    },
    origin,
  })
}
