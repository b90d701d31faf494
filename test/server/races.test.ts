import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProblemJSON } from '@keybound/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAuthenticator } from '../support/authenticator.ts'
import { type Answer, type Caller, createFlows, httpCaller, origin } from '../support/server.ts'
import { type ServerProcess, startProcess } from './support/processes.ts'

/** Four server processes on one SQLite file and one key folder, spoken to over HTTP. */
let folder: string
let processes: readonly ServerProcess[]
let callers: readonly Caller[]
const parallel = 64

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keybound-races-'))
  // All four at once, also the first start: they agree on the keys, the schema and the accounts.
  processes = await Promise.all(Array.from({ length: 4 }, () => startProcess(folder, 2)))
  callers = processes.map(({ port }) => httpCaller(port))
})
afterAll(async () => {
  const codes = await Promise.all(processes.map((process) => process.stop()))
  rmSync(folder, { recursive: true, force: true })
  expect(codes).toEqual([0, 0, 0, 0])
})

function caller(index: number): Caller {
  const found = callers[index % callers.length]
  if (found === undefined) throw new Error('Unexpected absence of a server process.')
  return found
}

/** The same or a similar request to every process at once; counts the answers by code. */
async function race(send: (call: Caller, index: number) => Promise<Answer<ProblemJSON>>) {
  const answers = await Promise.all(
    Array.from({ length: parallel }, (_, index) => send(caller(index), index)),
  )
  const counts: Record<string, number> = {}
  for (const { status, json } of answers) {
    const outcome = status === 200 ? 'ok' : json.code
    counts[outcome] = (counts[outcome] ?? 0) + 1
  }
  return counts
}

test('64 parallel uses of one challenge: exactly one wins', async () => {
  const authenticator = createAuthenticator({ origin })
  const flows = createFlows(caller(0))
  const { signedIn } = await flows.register(authenticator, 'user0')
  for (let round = 0; round < 3; round++) {
    // Issued by one process, taken by any.
    const options = await createFlows(caller(round)).authenticationOptions(signedIn.session.account)
    const body = { response: authenticator.authenticate(options) }
    expect(await race((call) => call('POST', '/v1/authentication', { body }))).toEqual({
      ok: 1,
      challenge_used: parallel - 1,
    })
  }
})

test('64 parallel uses of one grant: exactly one registers', async () => {
  const authenticator = createAuthenticator({ origin })
  const flows = createFlows(caller(1))
  const signedIn = await flows.signIn('user1')
  const bodies = await Promise.all(
    Array.from({ length: parallel }, async () => ({
      grant: signedIn.registrationGrant?.token,
      operationId: flows.newOperationId(),
      response: authenticator.register(await flows.registrationOptions(signedIn)),
    })),
  )
  const { token } = signedIn.session
  expect(
    await race((call, index) => call('POST', '/v1/registration', { token, body: bodies[index] })),
  ).toEqual({
    ok: 1,
    grant_used: parallel - 1,
  })
  const list = await caller(2)<{ credentials: object[] }>('GET', '/v1/credentials', { token })
  expect(list.json.credentials).toHaveLength(1)
})

test('64 parallel repeats of one registration: one credential, one answer', async () => {
  const authenticator = createAuthenticator({ origin })
  const flows = createFlows(caller(3))
  const signedIn = await flows.signIn('user1')
  const response = authenticator.register(await flows.registrationOptions(signedIn))
  const body = { grant: signedIn.registrationGrant?.token, operationId: flows.newOperationId(), response }
  const { token } = signedIn.session
  const answers = await Promise.all(
    Array.from({ length: parallel }, (_, index) =>
      caller(index)('POST', '/v1/registration', { token, body }),
    ),
  )
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
  expect(answers[0]?.status).toBe(200)
})

test('64 parallel guesses over four processes: five are judged (attacks F03, F16)', async () => {
  const counts = await race((call, index) =>
    call('POST', '/v1/sessions/password', { body: { username: 'user0', password: `guess ${index}` } }),
  )
  expect(counts).toEqual({ password_wrong: 5, too_many_attempts: parallel - 5 })
})
