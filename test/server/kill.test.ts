import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CredentialsAnswer, RegistrationAnswer, SignInAnswer } from '@keybound/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAuthenticator } from '../support/authenticator.ts'
import { sample } from '../support/sample.ts'
import { type Caller, createFlows, httpCaller, origin } from '../support/server.ts'
import { type ServerProcess, startProcess } from './support/processes.ts'

/**
 * Cuts a server off in the middle of its work and looks what is left. The full proof is a hundred registrations and
 * sign-ins, ten times over.
 */
const rounds = sample({ small: 2, large: 4, full: 10 })
const operations = sample({ small: 24, large: 50, full: 100 })
/** Each holds at most 100 credentials. */
const accounts = Math.max(3, Math.ceil((rounds * operations) / 100))
const lanes = 4

let folder: string
let server: ServerProcess | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keybound-kill-'))
})
afterEach(async () => {
  await server?.kill()
  rmSync(folder, { recursive: true, force: true })
})

/** A request whose answer may never have come. */
interface Sent {
  readonly path: string
  readonly token?: string
  readonly body: object
}

/** What the client knows: what was acknowledged must stand, what was not may or may not. */
interface Ledger {
  /** Credential id to user name. */
  readonly registered: Map<string, string>
  readonly removed: Map<string, string>
  /** Registrations without an answer: credential id to the request. */
  readonly registering: Map<string, Sent & { readonly username: string }>
  /** Removals without an answer. */
  readonly removing: Set<string>
  /** Sessions by key that were acknowledged, and the request that must never work again. */
  readonly signedIn: { readonly token: string; readonly credentialId: string; readonly sent: Sent }[]
  /** Tokens of sessions that asked for a removal: those outlive the credential that opened them. */
  readonly asking: Set<string>
  acknowledged: number
}

/** Deterministic numbers from 0 to 1 (mulberry32), so that a failing round can be repeated. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** One lane of a client that works until it has done its part, or the server is gone. */
async function work(
  call: Caller,
  ledger: Ledger,
  random: () => number,
  share: number,
  authenticator: ReturnType<typeof createAuthenticator>,
) {
  const flows = createFlows(call)
  for (let count = 0; count < share; count++) {
    const ids = [...ledger.registered.keys()].filter((id) => !ledger.removing.has(id))
    const dice = random()
    if (ids.length < 3 || dice < 0.5) {
      const username = `user${Math.floor(random() * accounts)}`
      const signedIn = await flows.signIn(username)
      const response = authenticator.register(await flows.registrationOptions(signedIn))
      const body = { grant: signedIn.registrationGrant?.token, operationId: response.id, response }
      const sent = { path: '/v1/registration', token: signedIn.session.token, body, username }
      ledger.registering.set(response.id, sent)
      const { status, text } = await call<RegistrationAnswer>('POST', sent.path, sent)
      if (status !== 200) throw new Error(`Unexpected ${status} ${text}.`)
      ledger.registering.delete(response.id)
      ledger.registered.set(response.id, username)
    } else {
      const id = ids[Math.floor(random() * ids.length)] ?? ''
      const signed = await signInBy(call, authenticator, id)
      ledger.signedIn.push(signed)
      if (dice > 0.85 && ledger.registered.has(id) && !ledger.removing.has(id)) {
        ledger.removing.add(id)
        ledger.asking.add(signed.token)
        const { status } = await call('DELETE', `/v1/credentials/${id}`, { token: signed.token })
        if (status !== 204) throw new Error(`Unexpected ${status}.`)
        ledger.removing.delete(id)
        ledger.removed.set(id, ledger.registered.get(id) ?? '')
        ledger.registered.delete(id)
      }
    }
    ledger.acknowledged++
  }
}

async function signInBy(call: Caller, authenticator: ReturnType<typeof createAuthenticator>, id: string) {
  const credential = authenticator.credentials.find((one) => one.id === id)
  if (credential === undefined) throw new Error('Unexpected id, expected one of the authenticator.')
  const response = authenticator.authenticate(await createFlows(call).authenticationOptions(), { credential })
  const sent = { path: '/v1/authentication', body: { response } }
  const { status, text, json } = await call<SignInAnswer>('POST', sent.path, sent)
  // Another lane may be removing it at this moment.
  if (status !== 200) throw new Error(`Unexpected ${status} ${text}.`)
  return { token: json.session.token, credentialId: id, sent }
}

/** Everything that was acknowledged is there, once; everything else is there once or not at all. */
async function inspect(call: Caller, ledger: Ledger): Promise<void> {
  const flows = createFlows(call)
  const standing = new Map<string, string>()
  for (let index = 0; index < accounts; index++) {
    const username = `user${index}`
    const { session } = await flows.signIn(username)
    const { json } = await call<CredentialsAnswer>('GET', '/v1/credentials', { token: session.token })
    for (const { id } of json.credentials) {
      expect(standing.has(id), `credential ${id} twice`).toBe(false)
      standing.set(id, username)
    }
  }
  for (const [id, username] of ledger.registered) {
    if (!ledger.removing.has(id)) expect(standing.get(id), `acknowledged registration ${id}`).toBe(username)
  }
  for (const id of ledger.removed.keys()) expect(standing.has(id), `acknowledged removal ${id}`).toBe(false)
  for (const id of standing.keys()) expect(ledger.registered.has(id) || ledger.registering.has(id)).toBe(true)
  // What had no answer is settled by asking again, and is there once afterwards.
  for (const [id, sent] of ledger.registering) {
    expect(await call('POST', sent.path, sent)).toMatchObject({ status: 200, json: { credential: { id } } })
    ledger.registered.set(id, sent.username)
  }
  for (const id of ledger.removing) {
    if (standing.has(id)) continue
    ledger.removed.set(id, ledger.registered.get(id) ?? '')
    ledger.registered.delete(id)
  }
  // Acknowledged sign-ins stand unless their credential was removed, and none can be had twice.
  for (const { token, credentialId, sent } of ledger.signedIn.splice(0)) {
    const gone = !ledger.registered.has(credentialId)
    const ended = gone && !ledger.asking.has(token)
    expect((await call('GET', '/v1/session', { token })).status).toBe(ended ? 401 : 200)
    const again = await call('POST', sent.path, sent)
    expect(again.json.code).toBe(gone ? 'credential_unknown' : 'challenge_used')
  }
  ledger.registering.clear()
  ledger.removing.clear()
}

test(
  `${rounds} times killed amid ${operations} registrations, sign-ins and removals`,
  async ({ annotate }) => {
    const authenticator = createAuthenticator({ origin })
    const ledger: Ledger = {
      registered: new Map(),
      removed: new Map(),
      registering: new Map(),
      asking: new Set(),
      removing: new Set(),
      signedIn: [],
      acknowledged: 0,
    }
    for (let round = 0; round < rounds; round++) {
      const random = createRandom(round + 1)
      const running = await startProcess(folder, accounts)
      server = running
      const call = httpCaller(running.port)
      const limit = ledger.acknowledged + Math.floor(operations * (0.5 + random() / 2))
      // The kill falls between two turns of the client, while the other lanes have requests under way.
      let killed: Promise<void> | undefined
      const killing: Caller = async (...request) => {
        if (ledger.acknowledged >= limit) killed ??= running.kill()
        return call(...request)
      }
      const share = Math.ceil(operations / lanes)
      const outcomes = await Promise.allSettled(
        Array.from({ length: lanes }, () => work(killing, ledger, random, share, authenticator)),
      )
      await (killed ?? running.kill())
      for (const outcome of outcomes) {
        // Cut off is what we did; a refusal would be a failure of the server.
        if (outcome.status === 'rejected')
          expect(String(outcome.reason)).toMatch(
            /fetch failed|terminated|other side closed|credential_unknown/,
          )
      }
      server = await startProcess(folder)
      await inspect(httpCaller(server.port), ledger)
      await server.stop()
    }
    expect(ledger.acknowledged).toBeGreaterThanOrEqual(rounds * Math.floor(operations / 2))
    await annotate(`${rounds} servers killed, ${ledger.acknowledged} acknowledged operations found again`)
  },
  30_000 + rounds * operations * 600,
)
