import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { openFileKeys } from '@keybound/server'
import { createSqliteStore } from '@keybound/server/store/sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseKeyFileName, readKeyFile } from '../../packages/server/src/keys/file/internal/key-file.ts'
import { createSeal } from '../../packages/server/src/keys/file/internal/seal.ts'
import { type Canary, findCanaries, readFilesBelow, spellingsOf } from '../support/canaries.ts'
import { createClock, demoPassword, startWithAccounts } from '../support/server.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keybound-canaries-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const keySecret = 'the secret of the environment, planted'
const wrongPassword = 'a wrong password that was planted'

/** The key material itself, opened the way the provider opens it. */
async function keyMaterial(keys: string): Promise<readonly Canary[]> {
  const files = readFilesBelow(keys)
  const { salt } = JSON.parse(String(files.get(join(keys, 'seal.json'))))
  const seal = await createSeal(keySecret, Buffer.from(salt, 'base64url'), (length) => new Uint8Array(length))
  const canaries: Canary[] = []
  for (const [path, content] of files) {
    const name = path.slice(keys.length + 1)
    const expected = parseKeyFileName(name)
    const stored = expected && readKeyFile(seal, String(content), expected)
    if (stored === undefined) continue
    const secret =
      stored.key.type === 'secret'
        ? stored.key.export()
        : Buffer.from(stored.key.export({ format: 'jwk' }).d ?? '', 'base64url')
    canaries.push({ name: `key ${name}`, secret })
  }
  return canaries
}

test('no server file and no event holds a password, challenge, session, grant, device token or key', async () => {
  const data = join(folder, 'data')
  const store = createSqliteStore({ path: join(data, 'keybound.db') })
  const clock = createClock()
  const keys = await openFileKeys({ folder: join(data, 'keys'), secret: keySecret, now: clock.now })
  const test = await startWithAccounts({ store, keys, now: clock.now })
  const canaries: Canary[] = [
    { name: 'password', secret: demoPassword },
    { name: 'wrong password', secret: wrongPassword },
    { name: 'key secret', secret: keySecret },
    ...(await keyMaterial(join(data, 'keys'))),
  ]
  const plant = (name: string, secret: string | undefined) => {
    if (secret === undefined) throw new Error(`Unexpected absence of ${name}.`)
    canaries.push({ name, secret })
  }

  const signedIn = await test.signIn()
  plant('session', signedIn.session.token)
  plant('grant', signedIn.registrationGrant?.token)
  plant('device token', signedIn.deviceToken)
  const options = await test.registrationOptions(signedIn)
  plant('registration challenge', options.challenge)
  const response = test.authenticator.register(options)
  plant('client data', response.response.clientDataJSON)
  const registration = {
    grant: signedIn.registrationGrant?.token,
    operationId: test.newOperationId(),
    response,
    name: 'visible-name',
  }
  const { token } = signedIn.session
  expect(await test.call('POST', '/v1/registration', { token, body: registration })).toMatchObject({
    status: 200,
  })

  for (let time = 0; time < 3; time++) {
    const request = await test.authenticationOptions(test.ada)
    plant('sign-in challenge', request.challenge)
    const body = { response: test.authenticator.authenticate(request) }
    plant('signature', body.response.response.signature)
    const answer = await test.call<{ session: { token: string }; deviceToken: string }>(
      'POST',
      '/v1/authentication',
      { body },
    )
    plant('session by key', answer.json.session.token)
    plant('device token by key', answer.json.deviceToken)
    await test.call('POST', '/v1/authentication', { body })
  }
  // What goes wrong is written too: a password in the box for the name, a wrong password, a token as a path.
  await test.call('POST', '/v1/sessions/password', {
    body: { username: demoPassword, password: wrongPassword },
  })
  await test.call('POST', '/v1/sessions/password', { body: { username: 'ada', password: wrongPassword } })
  await test.call('DELETE', `/v1/credentials/${token}`, { token })
  await test.call('GET', `/v1/session`, { headers: { authorization: `Bearer ${wrongPassword}` } })

  const alive = readFilesBelow(data)
  expect([...alive.keys()].some((path) => path.endsWith('-wal'))).toBe(true)
  expect(canaries.length).toBeGreaterThan(20)
  expect(findCanaries(canaries, alive)).toEqual([])
  const events = new Map([
    [
      'events',
      Buffer.from(inspect(test.events, { depth: 10, maxStringLength: null }) + JSON.stringify(test.events)),
    ],
  ])
  expect(test.events.length).toBeGreaterThan(8)
  // The token as a path became a credential id that nobody has; the answer was a refusal and no event.
  expect(findCanaries(canaries, events)).toEqual([])

  await test.server.close()
  await store.close()
  const closed = readFilesBelow(data)
  expect(findCanaries(canaries, closed)).toEqual([])

  // The search itself works: what may be there is found.
  expect(findCanaries([{ name: 'name', secret: 'visible-name' }], closed)).toHaveLength(1)
  expect(findCanaries([{ name: 'id', secret: response.id }], closed)).toHaveLength(1)
  // The key files are the owner's alone.
  const { statSync } = await import('node:fs')
  for (const path of closed.keys()) expect(statSync(path).mode & 0o077).toBe(0)
})

test('the search finds every spelling', () => {
  const secret = 'Xk3~planted secret of odd length'
  const spellings = spellingsOf(secret)
  for (const hide of [
    (text: string) => Buffer.from(text),
    (text: string) => Buffer.from(`a${text}b`).toString('base64'),
    (text: string) => Buffer.from(`ab${text}b`).toString('base64url'),
    (text: string) => Buffer.from(`abc${text}`).toString('base64'),
    (text: string) => Buffer.from(text).toString('hex'),
    (text: string) => Buffer.from(text, 'utf16le'),
    (text: string) => Buffer.from(text, 'utf16le').swap16(),
  ]) {
    const hidden = Buffer.concat([
      Buffer.from('before '),
      Buffer.from(hide(secret) as string),
      Buffer.from(' after'),
    ])
    expect(spellings.some((spelling) => hidden.includes(spelling))).toBe(true)
  }
  const token = Buffer.alloc(32, 0xa7).toString('base64url')
  expect(spellingsOf(token).some((spelling) => Buffer.alloc(32, 0xa7).includes(spelling))).toBe(true)
})

test('a secret too short to be looked for at every place in base64 is refused', () => {
  expect(spellingsOf('12345').every((spelling) => spelling.length > 0)).toBe(true)
  for (const secret of ['1234', Buffer.from('1234'), '']) {
    expect(() => spellingsOf(secret)).toThrow(RangeError)
    const canary = { name: 'PIN', secret }
    expect(() => findCanaries([canary], new Map([['file', Buffer.from('other')]]))).toThrow(RangeError)
  }
})
