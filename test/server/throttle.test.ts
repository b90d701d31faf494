import { defaultPolicy } from '@keybound/server'
import { describe, expect, test } from 'vitest'
import { demoPassword, refusal, startWithAccounts } from '../support/server.ts'

type Test = Awaited<ReturnType<typeof startWithAccounts>>

const wrong = (test: Test, extra: object = {}, clientAddress = '203.0.113.1') =>
  test.call('POST', '/v1/sessions/password', {
    body: { username: 'ada', password: 'wrong', ...extra },
    clientAddress,
  })
const right = (test: Test, extra: object = {}, clientAddress = '203.0.113.1') =>
  test.call('POST', '/v1/sessions/password', {
    body: { username: 'ada', password: demoPassword, ...extra },
    clientAddress,
  })

test('five wrong passwords, then a wait that doubles; nothing is locked for ever', async () => {
  const test = await startWithAccounts()
  for (let count = 0; count < 5; count++) expect(await wrong(test)).toMatchObject(refusal('password_wrong'))
  const refused = await right(test)
  expect(refused).toMatchObject({ status: 429, json: { code: 'too_many_attempts', retryAfter: 30 } })
  expect(refused.headers.get('retry-after')).toBe('30')
  // Pages show the sentence, and nobody sees a header.
  expect(refused.json.detail).toContain('Wait 30 s, or')
  expect(test.events.at(-1)).toMatchObject({ type: 'password.refused', budget: 'account', account: test.ada })
  test.clock.advance(30)
  expect(await wrong(test)).toMatchObject(refusal('password_wrong'))
  expect(await right(test)).toMatchObject({ json: { retryAfter: 60 } })
  test.clock.advance(60)
  expect(await right(test)).toMatchObject({ status: 200 })
  // The right password gave all tries back.
  for (let count = 0; count < 5; count++) expect(await wrong(test)).toMatchObject(refusal('password_wrong'))
})

test('30 parallel guesses are counted before they are judged (attack F03)', async () => {
  const test = await startWithAccounts()
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      index === 20 ? right(test) : wrong(test, { password: `guess ${index}` }, `203.0.113.${index}`),
    ),
  )
  const codes = answers.map(({ json }) => json.code)
  expect(codes.filter((code) => code === 'password_wrong')).toHaveLength(5)
  expect(codes.filter((code) => code === 'too_many_attempts')).toHaveLength(25)
})

test('nobody elsewhere locks a known device out (attack F04)', async () => {
  const test = await startWithAccounts()
  const { deviceToken } = (await test.signIn()) as { deviceToken: string }
  for (let count = 0; count < 6; count++) await wrong(test)
  expect(await right(test)).toMatchObject(refusal('too_many_attempts'))
  const known = await right(test, { deviceToken })
  expect(known).toMatchObject({ status: 200 })
  // Nor does its success give those who guess elsewhere new tries.
  expect(await right(test)).toMatchObject(refusal('too_many_attempts'))

  // The device has a budget of its own, which ends too, and does not touch the account's.
  test.clock.advance(7_200)
  for (let count = 0; count < 5; count++)
    expect(await wrong(test, { deviceToken })).toMatchObject(refusal('password_wrong'))
  expect(await right(test, { deviceToken })).toMatchObject(refusal('too_many_attempts'))
  expect(test.events.at(-1)).toMatchObject({ budget: 'device' })
  expect(await right(test)).toMatchObject({ status: 200 })
})

test('a known device keeps its budget over sign-ins', async () => {
  const test = await startWithAccounts()
  const first = await test.signIn()
  const second = await test.signIn('ada', demoPassword, { deviceToken: first.deviceToken })
  for (let count = 0; count < 5; count++) await wrong(test, { deviceToken: first.deviceToken })
  // The token that was issued later names the same device.
  expect(await wrong(test, { deviceToken: second.deviceToken })).toMatchObject(refusal('too_many_attempts'))
})

describe('a device token that is not one of this account', () => {
  test.each<[string, (test: Test) => Promise<string> | string]>([
    ['another account’s', async (test) => (await test.signIn('grace')).deviceToken],
    ['invented', () => 'AAAA'],
    ['empty', () => ''],
    ['a grant', async (test) => (await test.signIn('ada')).registrationGrant?.token ?? ''],
    [
      'expired',
      async (test) => {
        const { deviceToken } = await test.signIn()
        test.clock.advance(defaultPolicy.throttle.deviceLifetime)
        return deviceToken
      },
    ],
  ])('%s buys no budget', async (_, tokenOf) => {
    const test = await startWithAccounts()
    const deviceToken = await tokenOf(test)
    for (let count = 0; count < 5; count++) await wrong(test)
    expect(await right(test, { deviceToken })).toMatchObject(refusal('too_many_attempts'))
  })
})

describe('networks', () => {
  const policy = { throttle: { network: { tries: 3, delay: 10, maxDelay: 60, forgetAfter: 900 } } }

  async function spray(test: Test, addresses: readonly string[]) {
    const codes: string[] = []
    for (const [index, address] of addresses.entries()) {
      codes.push((await wrong(test, { username: `user${index}` }, address)).json.code)
    }
    return codes
  }

  test('one IPv4 address has one budget over all accounts', async () => {
    const test = await startWithAccounts({ policy })
    expect(
      await spray(test, ['198.51.100.7', '198.51.100.7', '::ffff:198.51.100.7', '198.51.100.7']),
    ).toEqual(['password_wrong', 'password_wrong', 'password_wrong', 'too_many_attempts'])
    expect(await spray(test, ['198.51.100.8'])).toEqual(['password_wrong'])
  })

  test('one IPv6 /64 has one budget', async () => {
    const test = await startWithAccounts({ policy })
    expect(
      await spray(test, ['2001:db8:1:2::1', '2001:db8:1:2::2', '2001:db8:1:2:ffff::3', '2001:db8:1:2::4']),
    ).toEqual(['password_wrong', 'password_wrong', 'password_wrong', 'too_many_attempts'])
    expect(await spray(test, ['2001:db8:1:3::1'])).toEqual(['password_wrong'])
  })

  test('a sign-in costs the network nothing, and refills nothing either', async () => {
    const test = await startWithAccounts({ policy })
    for (let count = 0; count < 10; count++) expect(await right(test)).toMatchObject({ status: 200 })
    expect(await spray(test, ['203.0.113.1', '203.0.113.1'])).toEqual(['password_wrong', 'password_wrong'])
    expect(await right(test)).toMatchObject({ status: 200 })
    expect(await spray(test, ['203.0.113.1', '203.0.113.1'])).toEqual(['password_wrong', 'too_many_attempts'])
  })

  test('the header of a client counts only when a trusted proxy wrote it', async () => {
    const headers = (address: string) => ({ 'x-forwarded-for': address })
    const guess = (test: Test, index: number, forwarded: string, clientAddress: string) =>
      test.call('POST', '/v1/sessions/password', {
        body: { username: `user${index}`, password: 'wrong' },
        headers: headers(forwarded),
        clientAddress,
      })
    const direct = await startWithAccounts({ policy })
    for (let index = 0; index < 3; index++) await guess(direct, index, `198.51.100.${index}`, '203.0.113.9')
    expect(await guess(direct, 3, '198.51.100.200', '203.0.113.9')).toMatchObject(
      refusal('too_many_attempts'),
    )

    const behind = await startWithAccounts({ policy, trustedProxies: ['10.0.0.0/8'] })
    for (let index = 0; index < 6; index++) {
      expect(await guess(behind, index, `198.51.100.${index}`, '10.1.2.3')).toMatchObject(
        refusal('password_wrong'),
      )
    }
    // What the client wrote left of the proxy's entry does not count.
    for (let index = 6; index < 9; index++)
      await guess(behind, index, `192.0.2.${index}, 198.51.100.77`, '10.1.2.3')
    expect(await guess(behind, 9, '192.0.2.9, 198.51.100.77', '10.1.2.3')).toMatchObject(
      refusal('too_many_attempts'),
    )
  })
})

test('a full queue answers 503 with Retry-After before any work, and burns no try', async () => {
  const test = await startWithAccounts({
    firstFactor: {
      kind: 'password',
      policy: { argon2: { memory: 8_192, passes: 3, parallelism: 1 }, queue: { concurrency: 1, waiting: 1 } },
    },
    policy: { throttle: { account: { tries: 20 } } },
  })
  const answers = await Promise.all(Array.from({ length: 10 }, () => wrong(test)))
  const overloaded = answers.filter(({ json }) => json.code === 'overloaded')
  expect(overloaded).toHaveLength(8)
  expect(overloaded[0]?.status).toBe(503)
  expect(overloaded[0]?.headers.get('retry-after')).toBe('1')
  expect(overloaded[0]?.json.detail).toContain('Try again in 1 s.')
  // 2 of 20 tries were taken: 18 more are judged, none is refused.
  for (let count = 0; count < 18; count++) expect(await wrong(test)).toMatchObject(refusal('password_wrong'))
  expect(await wrong(test)).toMatchObject(refusal('too_many_attempts'))
})

test('user names are one whatever way they are typed', async () => {
  const test = await startWithAccounts()
  for (const username of ['ADA', 'Ada', 'ａｄａ']) await expect(test.signIn(username)).resolves.toBeDefined()
  const spellings = ['ada', 'ADA', 'Ada', 'ａｄａ', 'aDa']
  for (const username of spellings)
    expect(await wrong(test, { username })).toMatchObject(refusal('password_wrong'))
  expect(await wrong(test)).toMatchObject(refusal('too_many_attempts'))
})
