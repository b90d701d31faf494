import { defaultSessionLimits } from '@keybound/server'
import { createMemoryStore } from '@keybound/server/store/memory'
import { describe, expect, test } from 'vitest'
import { decideRefresh } from '../../packages/server/src/tokens/refresh/decide.ts'
import type { Device } from './support/device.ts'
import { startTokenWorld, type TokenWorld } from './support/world.ts'

/** What a device does with what it has when it comes back: it must be signed in as before, on one line of tokens. */
async function expectSignedIn(world: TokenWorld, device: Device): Promise<void> {
  expect((await device.refresh()).status).toBe(200)
  expect((await device.call('GET', '/v1/session')).json).toMatchObject({ account: world.ada })
  expect(world.events.filter(({ type }) => type === 'family.ended')).toEqual([])
  expect(await world.server.sessions.list(world.ada)).toHaveLength(1)
}

/** A device whose connection can be cut: before the server gets the request, or before the answer gets back. */
async function onBadConnection() {
  const world = await startTokenWorld()
  let cut: 'no' | 'before' | 'after' = 'no'
  const send = async (request: Request) => {
    if (cut === 'before') throw new TypeError('cut before the server got it')
    const response = await world.send(request)
    if (cut === 'after') throw new TypeError('cut before the answer got back')
    return response
  }
  const device = await world.signedIn({ send })
  const set = (where: typeof cut) => {
    cut = where
  }
  return { world, device, set }
}

describe('a connection that is cut', () => {
  test.each(['before', 'after'] as const)('%s the commit of a refresh, several times over', async (where) => {
    const { world, device, set } = await onBadConnection()
    for (let times = 0; times < 5; times++) {
      set(where)
      await expect(device.refresh()).rejects.toThrow('cut')
      await expect(device.refresh()).rejects.toThrow('cut')
      set('no')
      await expectSignedIn(world, device)
      world.clock.advance(250)
    }
  })

  test.each([
    ['before', 0],
    ['after', 1],
  ] as const)('%s the commit of a sign-in leaves the device as it was', async (where, families) => {
    const world = await startTokenWorld()
    let cut = false
    const device = world.device({
      send: async (request) => {
        const lost = cut && request.url.endsWith('/v1/token')
        if (lost && where === 'before') throw new TypeError('cut')
        const response = await world.send(request)
        if (lost) throw new TypeError('cut')
        return response
      },
    })
    await device.register()
    const assertion = await device.assertion()
    await device.exchange(assertion, { once: true }) // asks for the nonce
    cut = true
    await expect(device.exchange(assertion)).rejects.toThrow('cut')
    cut = false
    expect(await world.server.sessions.list(world.ada)).toHaveLength(families)
    // Nothing to repair: the user touches once more.
    expect((await device.signIn()).status).toBe(200)
  })
})

test('a client killed between answer and sealing comes back with the old token, at once or after a day', async () => {
  const world = await startTokenWorld()
  const device = await world.signedIn()
  for (const away of [0, 5, 3600, 86_400]) {
    const sealed = device.tokens.refresh
    const lost = await device.present(sealed)
    expect(lost.status).toBe(200)
    world.clock.advance(away)
    const found = await device.refresh({}, sealed)
    expect(found.json.refresh_token).toBe(lost.json.refresh_token)
    await expectSignedIn(world, device)
  }
})

test('five tabs that refresh at once get the one successor, and all go on', async () => {
  const world = await startTokenWorld()
  const first = await world.signedIn()
  const { proofKey, authenticator } = first
  const tabs = [first, ...Array.from({ length: 4 }, () => world.device({ proofKey, authenticator }))]
  for (let round = 0; round < 4; round++) {
    const token = first.tokens.refresh
    const answers = await Promise.all(tabs.map((tab) => tab.refresh({}, token)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(new Set(answers.map(({ json }) => json.refresh_token)).size).toBe(1)
    expect(new Set(answers.map(({ json }) => json.access_token)).size).toBe(5)
    world.clock.advance(100)
  }
  await expectSignedIn(world, first)
})

test('a request that was overtaken on its way is refused and ends nothing', async () => {
  const world = await startTokenWorld()
  const device = await world.signedIn()
  await device.refresh() // so that it has the nonce
  const form = { grant_type: 'refresh_token', refresh_token: device.tokens.refresh }
  const late = device.tokenRequest(form, {})
  world.clock.advance(20)
  await device.refresh()
  world.clock.advance(20)
  await device.refresh()
  const answer = await world.send(late)
  expect(await answer.json()).toMatchObject({ error: 'invalid_grant', code: 'refresh_token_superseded' })
  await expectSignedIn(world, device)
})

test('a request that the network delivers twice is taken once', async () => {
  const world = await startTokenWorld()
  const device = await world.signedIn()
  await device.refresh()
  const request = device.tokenRequest(
    { grant_type: 'refresh_token', refresh_token: device.tokens.refresh },
    {},
  )
  const answers = await Promise.all([
    world.send(request.clone()),
    world.send(request.clone()),
    world.send(request),
  ])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400])
  await expectSignedIn(world, device)
})

test('a client that gives its time in milliseconds may be overtaken within a second', async () => {
  const world = await startTokenWorld()
  const device = await world.signedIn()
  await device.refresh()
  const at = (fraction: number) => ({ claims: { iat: world.now() + fraction } })
  const form = { grant_type: 'refresh_token', refresh_token: device.tokens.refresh }
  const late = device.tokenRequest(form, at(0.25))
  expect((await device.refresh(at(0.5))).status).toBe(200)
  expect((await device.refresh(at(0.75))).status).toBe(200)
  const answer = await world.send(late)
  expect(await answer.json()).toMatchObject({ code: 'refresh_token_superseded' })
  await expectSignedIn(world, device)
})

test('a store that was set back to an older state blames nobody', async () => {
  const world = await startTokenWorld()
  const device = await world.signedIn()
  await device.refresh()
  const before = await world.store.findFamily('test', device.tokens.refresh.split('.')[2] ?? '')
  await device.refresh()
  await device.refresh()
  // What the restored store knows is older than the token the device holds.
  const { rotateRefreshToken } = world.store
  const restored = createMemoryStore()
  Object.assign(world.store, {
    rotateRefreshToken: (input: Parameters<typeof rotateRefreshToken>[0]) => {
      const decision = decideRefresh(before, input, defaultSessionLimits)
      return decision.outcome === 'refuse'
        ? Promise.resolve({ outcome: 'refused', reason: decision.reason })
        : restored.rotateRefreshToken(input)
    },
  })
  expect((await device.refresh()).json.code).toBe('refresh_token_invalid')
  Object.assign(world.store, { rotateRefreshToken })
  await expectSignedIn(world, device)
})
