import { createPublicKey, type KeyObject, randomBytes, verify } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { serve } from '@keybound/server/node'
import { createSqliteStore } from '@keybound/server/store/sqlite'
import { answerParent, realm, rpId, type Seed, type SeedCredential } from './exchange.ts'
import { registerAll } from './seed.ts'

// The floor of a sign-in: the same two requests with answers of the same size, handled by nothing but one signature
// check over ready bytes and one commit of the rows that a sign-in leaves. The argument says what carries the HTTP:
// `adapter` the Node adapter of @keybound/server, `node` node:http by hand.
const carrier = process.argv[2]

answerParent(startFloor)

async function startFloor(seed: Seed): Promise<number> {
  const path = join(seed.folder, 'floor.db')
  const store = createSqliteStore({ path })
  await registerAll(store, seed)
  await store.close()
  const signIn = bareSignIn(path, seed)
  return carrier === 'node' ? listen(signIn) : listenThroughAdapter(signIn)
}

type SignIn = () => void

/** Signature and commit, for the next credential each time. */
function bareSignIn(path: string, { credentials, cold }: Seed): SignIn {
  const commit = committer(path)
  const ready = credentials.map((one) => ({
    spki: Buffer.from(one.spki, 'base64url'),
    signed: Buffer.from(one.signed, 'base64url'),
    signature: Buffer.from(one.signature, 'base64url'),
    key: keyOf(Buffer.from(one.spki, 'base64url')),
    credential: one,
  }))
  let next = 0
  return () => {
    const one = ready[next++ % ready.length] as (typeof ready)[number]
    if (!verify('sha256', one.signed, cold ? keyOf(one.spki) : one.key, one.signature))
      throw new Error('Refused.')
    commit(one.credential)
  }
}

function keyOf(spki: Buffer): KeyObject {
  return createPublicKey({ key: spki, format: 'der', type: 'spki' })
}

/** The rows a sign-in leaves (used challenge, credential, session), in one synced transaction. */
function committer(path: string): (credential: SeedCredential) => void {
  const database = new DatabaseSync(path)
  for (const pragma of [
    'journal_mode = WAL',
    'synchronous = FULL',
    'foreign_keys = ON',
    'secure_delete = ON',
  ]) {
    database.exec(`PRAGMA ${pragma}`)
  }
  const begin = database.prepare('BEGIN IMMEDIATE')
  const use = database.prepare(
    `INSERT INTO keybound_used (realm, kind, hash, expires_at, operation, operation_id)
     VALUES (?, 'challenge', ?, ?, 'recordAuthentication', ?)`,
  )
  const update = database.prepare(
    'UPDATE keybound_credentials SET sign_count = ?, backed_up = ?, last_used_at = ? WHERE realm = ? AND id = ?',
  )
  const session = database.prepare(
    `INSERT INTO keybound_sessions (realm, token_hash, account, acr, auth_time, expires_at, credential_id)
     VALUES (?, ?, ?, 'W', ?, ?, ?)`,
  )
  const commit = database.prepare('COMMIT')
  const now = Math.floor(Date.now() / 1000)
  return ({ id, account }) => {
    const random = randomBytes(80).toString('base64url')
    begin.run()
    use.run(realm, random.slice(0, 43), now + 300, random.slice(86))
    update.run(0, 0, now, realm, id)
    session.run(realm, random.slice(43, 86), account, now, now + 3600, id)
    commit.run()
  }
}

/** Answers as long as the server's own. */
function answerOf(path: string): string {
  const challenge = 'c'.repeat(160)
  if (path.endsWith('/options')) {
    return JSON.stringify({
      challenge,
      rpId,
      timeout: 300_000,
      allowCredentials: [{ type: 'public-key', id: 'i'.repeat(43), transports: ['internal'] }],
      userVerification: 'required',
    })
  }
  const session = {
    token: 't'.repeat(43),
    account: 'account-0',
    acr: 'W',
    authTime: 1_793_000_000,
    expiresAt: 1_793_003_600,
  }
  return JSON.stringify({ session, deviceToken: 'd'.repeat(160) })
}

async function listenThroughAdapter(signIn: SignIn): Promise<number> {
  const headers = { 'content-type': 'application/json' }
  const fetch = async (request: Request) => {
    await request.text()
    const { pathname } = new URL(request.url)
    if (!pathname.endsWith('/options')) signIn()
    return new Response(answerOf(pathname), { headers })
  }
  return (await serve({ fetch, port: 0 })).port
}

function listen(signIn: SignIn): Promise<number> {
  const server = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
    incoming.on('data', () => {})
    incoming.on('end', () => {
      const path = incoming.url ?? ''
      if (!path.endsWith('/options')) signIn()
      const body = answerOf(path)
      outgoing.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      })
      outgoing.end(body)
    })
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}
