import { createHash } from 'node:crypto'
import {
  createKeyboundClient,
  type KeyboundClient,
  KeyboundError,
  type PlatformResponse,
  type TransactionView,
} from '@keybound/client'
import * as approvals from '@keybound/client/approvals'
import type { TransactionAnswer } from '@keybound/protocol'
import { transactionChallenge } from '@keybound/protocol/transactions'
import { standardTypes } from '@keybound/server'
import { beforeEach, describe, expect, it } from 'vitest'
import { createKeyPair } from '../support/authenticator.ts'
import { origin } from '../support/server.ts'
import { amounts, common, limitsOn } from '../transactions/support/bank.ts'
import { codeOf, createWorld, settled, type World } from './world.ts'

let world: World
let client: KeyboundClient
async function begin(overrides?: Parameters<typeof createWorld>[0]): Promise<void> {
  world = await createWorld(overrides)
  client = world.client
  await world.registered()
  await client.signIn()
  world.device.rehearse()
}
beforeEach(() => begin())

const shownOf = async () => client.transaction(await world.payment())
const requestsTo = (end: string) => world.device.requests.filter(({ url }) => url.endsWith(end))

/** From now on a proxy changes the server's answers about transactions. */
function tamper(edit: (answer: TransactionAnswer) => object): void {
  const { request } = world.device.platform
  Object.assign(world.device.platform, {
    request: async (...sent: Parameters<typeof request>): Promise<PlatformResponse> => {
      const answer = await request(...sent)
      const isOurs = sent[0].method === 'GET' && sent[0].url.includes('/v1/transactions/')
      return isOurs ? { ...answer, body: JSON.stringify(edit(JSON.parse(answer.body))) } : answer
    },
  })
}

describe('a transaction', () => {
  it('is shown as its statement says, frozen, without a prompt', async () => {
    const id = await world.payment()
    const view = await client.transaction(id)
    expect(view).toMatchObject({ id, status: 'open', level: 'W', statement: { type: 'payment', id } })
    expect(view.shown.text).toBe(
      'Approve this payment\nAmount: 42.00\u00a0EUR\nTo:\n  Grace Hopper\n  DE02120300000000202051',
    )
    expect(view.receipt).toBeUndefined()
    expect(view.expiresAt).toBe(1_800_000_300)
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(frozen))
    expect(frozen(view)).toBe(true)
    expect(world.device.prompts()).toBe(0)
  })

  it('is approved with one prompt, over the challenge of what is shown, and moves once', async () => {
    const view = await shownOf()
    const { receipt } = await client.approve(view)
    expect(world.device.prompts()).toBe(1)
    expect(world.ledger).toMatchObject([{ id: view.id, receipt, fields: view.statement.fields }])
    expect(await client.transaction(view.id)).toMatchObject({ status: 'approved', receipt })
    expect(world.events.filter(({ call }) => call === 'approve')).toMatchObject([
      { type: 'completed', call: 'approve', prompts: 1 },
    ])
    // Nothing but the assertion goes to the server.
    const [{ body = '' } = {}] = requestsTo('/approval')
    expect(Object.keys(JSON.parse(body))).toEqual(['response'])
  })

  it('gives its receipt again without another prompt, also to another client', async () => {
    const view = await shownOf()
    const { receipt } = await client.approve(view)
    expect(await client.approve(view)).toEqual({ receipt })
    expect(await client.approve(view.id)).toEqual({ receipt })
    const other = world.anotherClient()
    await other.signIn()
    expect(await other.approve(view.id)).toEqual({ receipt })
    expect(world.ledger).toHaveLength(1)
    expect(requestsTo('/approval')).toHaveLength(1)
  })

  it('is approved by a copy of its view, as one that was stored', async () => {
    const view = structuredClone(await shownOf())
    expect(await client.approve(view)).toEqual({ receipt: expect.any(String) })
  })

  it('tells the platform the text of the prompt, and what the challenge commits to', async () => {
    const given: unknown[] = []
    const { authenticate } = world.device.platform
    Object.assign(world.device.platform, {
      authenticate: (...sent: Parameters<typeof authenticate>) => {
        given.push(...sent)
        return authenticate(...sent)
      },
    })
    const view = await shownOf()
    await client.approve(view)
    const [options, , about] = given as Parameters<typeof authenticate>
    expect(about?.text).toBe(view.shown.text)
    const { realm = '', account = '', nonce = '', statement = '' } = about ?? {}
    const binding = { realm, account, nonce: Buffer.from(nonce, 'base64url'), statement }
    const challenge = await transactionChallenge(binding, (bytes) =>
      createHash('sha256').update(bytes).digest(),
    )
    expect(options.challenge).toBe(Buffer.from(challenge).toString('base64url'))
    expect([account, JSON.parse(statement).id]).toEqual([world.accounts.ada, view.id])
  })
})

describe('what a proxy changed on the way is refused before the prompt', () => {
  const amount = (answer: TransactionAnswer) => ({
    ...answer,
    statement: answer.statement.replace('"minor":4200', '"minor":1'),
  })
  const refused: readonly [string, string, (answer: TransactionAnswer) => object][] = [
    ['the amount', 'transaction_mismatch', amount],
    ['the id', 'transaction_mismatch', (answer) => ({ ...answer, id: 'A'.repeat(22) })],
    [
      'the id in the statement',
      'transaction_mismatch',
      (answer) => ({ ...answer, statement: answer.statement.replace(answer.id, 'A'.repeat(22)) }),
    ],
    ['the account', 'transaction_mismatch', (answer) => ({ ...answer, account: 'account-of-grace' })],
    ['the end', 'transaction_mismatch', (answer) => ({ ...answer, expiresAt: answer.expiresAt + 600 })],
    ['a nonce that is too short', 'server_answer_invalid', (answer) => ({ ...answer, nonce: 'AAAA' })],
    ['a nonce that is too long', 'server_answer_invalid', (answer) => ({ ...answer, nonce: 'A'.repeat(44) })],
    ['no nonce', 'server_answer_invalid', ({ nonce: _, ...answer }) => answer],
    [
      'user verification',
      'server_answer_invalid',
      (answer) => ({ ...answer, options: { ...answer.options, userVerification: 'discouraged' } }),
    ],
    ['the status', 'server_answer_invalid', (answer) => ({ ...answer, status: 'approved' })],
    [
      'a receipt of something else',
      'server_answer_invalid',
      (answer) => ({ ...answer, status: 'approved', receipt: 'e30.eyJzdGF0ZW1lbnQiOiIifQ.AA' }),
    ],
    ...(
      [
        ['an exponent', (text) => text.replace('4200', '42e2')],
        ['a fraction', (text) => text.replace('4200', '4200.0')],
        ['negative zero', (text) => text.replace('4200', '-0')],
        ['2^53', (text) => text.replace('4200', '9007199254740992')],
        ['a right-to-left override', (text) => text.replace('Grace', 'Gr\u202eace')],
        ['a look-alike', (text) => text.replace('Grace', 'Gr\u0430ce')],
        ['a missing member', (text) => text.replace('"currency":"EUR",', '')],
        ['a further member', (text) => text.replace('"minor":4200', '"hidden":1,"minor":4200')],
        ['a member twice', (text) => text.replace('"minor":4200', '"minor":1,"minor":4200')],
        ['a field that is not shown', (text) => text.replace('{"field":"amount","label":"Amount"},', '')],
        ['white space', (text) => ` ${text}`],
      ] satisfies [string, (text: string) => string][]
    ).map(([what, edit]): [string, string, (answer: TransactionAnswer) => object] => [
      what,
      'statement_malformed',
      (answer: TransactionAnswer) => ({ ...answer, statement: edit(answer.statement) }),
    ]),
  ]

  it.each(refused)('%s: %s', async (_, code, edit) => {
    const view = await shownOf()
    tamper(edit)
    expect(await codeOf(client.approve(view))).toBe(code)
    // What makes no sense by itself is not even shown.
    if (edit !== amount) expect(await codeOf(client.transaction(view.id))).toBe(code)
    expect([world.device.prompts(), world.ledger]).toEqual([0, []])
  })

  it.each<[string, (answer: TransactionAnswer) => object]>([
    ['E06: the amount, before it was shown', amount],
    ['the nonce', (answer) => ({ ...answer, nonce: 'A'.repeat(43) })],
    ['the realm', (answer) => ({ ...answer, realm: 'other' })],
    ['a challenge of its own', (answer) => ({ ...answer, nonce: 'A'.repeat(43), challenge: 'A'.repeat(43) })],
  ])('or by the server: %s', async (_, edit) => {
    tamper(edit)
    const view = await shownOf()
    const refusal = await settled(client.approve(view))
    expect(refusal).toMatchObject({ code: 'transaction_mismatch' })
    expect([world.device.prompts(), world.ledger]).toEqual([1, []])
  })

  it('E05: and a view that the app changed is not what the server has', async () => {
    const view = structuredClone(await shownOf()) as unknown as {
      statement: { fields: { amount: { minor: number } } }
    }
    view.statement.fields.amount.minor = 1
    expect(await codeOf(client.approve(view as unknown as TransactionView))).toBe('transaction_mismatch')
    expect(world.device.prompts()).toBe(0)
  })

  it('and an id that is none never becomes part of an address', async () => {
    for (const id of ['', '../session', `${'A'.repeat(21)}/`, 'A'.repeat(23), '%2e%2e%2fsession'])
      expect(await codeOf(client.transaction(id))).toBe('transaction_unknown')
    expect(world.device.steps).toEqual([])
  })
})

describe('an answer that gets lost', () => {
  /** The next approvals arrive, and their answers do not. */
  function loseAnswers(count: number): void {
    const { request } = world.device.platform
    let left = count
    Object.assign(world.device.platform, {
      request: async (...sent: Parameters<typeof request>) => {
        const answer = await request(...sent)
        if (sent[0].method === 'POST' && left-- > 0)
          throw new KeyboundError('network_unreachable', 'Cut off.')
        return answer
      },
    })
  }

  it.each([1, 2])('%i times asks no second touch, and moves once', async (losses) => {
    const view = await shownOf()
    loseAnswers(losses)
    let outcome = await settled(client.approve(view))
    if (losses === 2) {
      expect(outcome).toMatchObject({ code: 'network_unreachable' })
      outcome = await settled(client.approve(view))
    }
    expect(outcome).toEqual({ value: { receipt: world.ledger[0]?.receipt } })
    expect([world.device.prompts(), world.ledger.length]).toEqual([1, 1])
  })

  it('before it arrived asks no second touch either', async () => {
    const view = await shownOf()
    world.device.answer = ({ method }) => {
      if (method === 'POST') throw new KeyboundError('network_unreachable', 'No network.')
      return undefined
    }
    expect(await codeOf(client.approve(view))).toBe('network_unreachable')
    expect(world.ledger).toEqual([])
    world.device.answer = undefined
    expect(await client.approve(view)).toEqual({ receipt: expect.any(String) })
    expect([world.device.prompts(), world.ledger.length]).toEqual([1, 1])
  })

  it('before it arrived, and the key counts and has signed in since: one more touch, and no word of a cloned key', async () => {
    const { authenticate } = world.device.platform
    Object.assign(world.device.platform, {
      authenticate: (...sent: Parameters<typeof authenticate>) => {
        for (const key of world.device.authenticator.credentials) key.signCount++
        return authenticate(...sent)
      },
    })
    const view = await shownOf()
    world.device.answer = ({ url }) => {
      if (url.endsWith('/approval')) throw new KeyboundError('network_unreachable', 'No network.')
      return undefined
    }
    expect(await codeOf(client.approve(view))).toBe('network_unreachable')
    world.device.answer = undefined
    await client.signIn()
    expect(await settled(client.approve(view))).toEqual({ value: { receipt: expect.any(String) } })
    expect([world.device.prompts(), world.ledger.length]).toEqual([3, 1])
    // A key that was cloned is still told of: nothing was asked for before this touch.
    const other = await shownOf()
    for (const key of world.device.authenticator.credentials) key.signCount -= 2
    expect(await codeOf(client.approve(other))).toBe('sign_count_replayed')
    expect([world.device.prompts(), world.ledger.length]).toEqual([4, 1])
  })

  it('because the call was aborted after the touch is found by asking', async () => {
    const view = await shownOf()
    const controller = new AbortController()
    world.device.rehearse(world.device.steps.length, undefined)
    world.device.answer = ({ method }) => {
      if (method === 'POST') controller.abort()
      return undefined
    }
    expect(await codeOf(client.approve(view, { signal: controller.signal }))).toBe('aborted')
    expect(await client.transaction(view.id)).toMatchObject({ status: 'approved' })
    expect(world.ledger).toHaveLength(1)
  })

  it('is not mended by the signature of another transaction', async () => {
    const [one, other] = [await shownOf(), await shownOf()]
    loseAnswers(2)
    expect(await codeOf(client.approve(one))).toBe('network_unreachable')
    await client.approve(other)
    expect(world.device.prompts()).toBe(2)
    expect(world.ledger.map(({ id }) => id)).toEqual([one.id, other.id])
  })

  it('with a receipt of something else is not believed', async () => {
    const view = await shownOf()
    world.device.answer = ({ method }) =>
      method === 'POST' ? { status: 200, header: () => null, body: '{"receipt":"e30.e30.AA"}' } : undefined
    expect(await codeOf(client.approve(view))).toBe('server_answer_invalid')
    expect(world.ledger).toEqual([])
  })
})

describe('what is refused says what to do', () => {
  const approving = async (id: string) => settled(client.approve(id))
  const unmoved = () => expect(world.ledger).toEqual([])

  it('F12: in a session of the password, before the prompt: there is no fallback', async () => {
    await client.signOut()
    await world.signInWithPassword()
    const refusal = await approving(await world.payment())
    expect(refusal).toMatchObject({ code: 'step_up_required' })
    expect('error' in refusal && refusal.error.message).toMatch(/sign in with biometrics, then approve/)
    expect(world.device.prompts()).toBe(0)
    unmoved()
    await client.signIn()
    expect(await client.approve(await world.payment())).toEqual({ receipt: expect.any(String) })
  })

  it('on a device without a key, before the prompt', async () => {
    await client.unregister()
    await client.signOut()
    await world.signInWithPassword()
    expect(await approving(await world.payment())).toMatchObject({ code: 'not_registered' })
    expect(world.device.prompts()).toBe(0)
    unmoved()
  })

  it('when the sign-in is too long ago, before the prompt; then signing in helps', async () => {
    world.server.clock.advance(901)
    const id = await world.payment()
    expect(await approving(id)).toMatchObject({ code: 'step_up_required' })
    expect(world.device.prompts()).toBe(0)
    await client.signIn()
    expect(await approving(id)).toMatchObject({ value: { receipt: expect.any(String) } })
    expect(world.device.prompts()).toBe(2)
  })

  it('when it becomes too old during the prompt; the touch is not lost', async () => {
    world.server.clock.advance(899)
    const view = await shownOf()
    const { authenticate } = world.device.platform
    Object.assign(world.device.platform, {
      authenticate: (...sent: Parameters<typeof authenticate>) => {
        world.server.clock.advance(2)
        return authenticate(...sent)
      },
    })
    expect(await approving(view.id)).toMatchObject({ code: 'step_up_required' })
    await client.signIn()
    expect(await approving(view.id)).toMatchObject({ value: { receipt: expect.any(String) } })
    expect(world.device.prompts()).toBe(2)
  })

  it('when no key here is strong enough, before the prompt', async () => {
    await begin({ transactions: { types: { payment: { ...standardTypes.payment, level: 'L2' } } } })
    const refusal = await approving(await world.payment())
    expect(refusal).toMatchObject({ code: 'transaction_level_insufficient' })
    expect('error' in refusal && refusal.error.message).toMatch(/level L2.*approve it on another device/)
    expect(world.device.prompts()).toBe(0)
  })

  it('when it is above the limit of the key, of probation, or of a new payee', async () => {
    for (const [on, code] of [
      ['W', 'transaction_limit_exceeded'],
      ['probation', 'transaction_limit_exceeded'],
      ['newPayee', 'transaction_payee_new'],
    ] as const) {
      await begin({ policy: limitsOn({ ...amounts, [on]: { ...common, each: 100 } }) })
      const refusal = await approving(await world.payment(101))
      expect(refusal).toMatchObject({ code })
      expect('error' in refusal && refusal.error.message).toMatch(/wait/i)
      unmoved()
      expect(await approving(await world.payment(100))).toMatchObject({ value: {} })
    }
  })

  it('when it has expired, before the prompt', async () => {
    const view = await shownOf()
    world.server.clock.advance(300)
    expect(await approving(view.id)).toMatchObject({ code: 'transaction_expired' })
    expect(await client.transaction(view.id)).toMatchObject({ status: 'expired' })
    expect(world.device.prompts()).toBe(0)
  })

  it('F07: when it is of another account, or of none', async () => {
    const id = await world.payment()
    await world.registered('grace')
    await client.signIn({ account: world.accounts.grace })
    world.device.rehearse()
    expect(await approving(id)).toMatchObject({ code: 'transaction_unknown' })
    await client.signOut()
    expect(await approving(id)).toMatchObject({ code: 'not_signed_in' })
    expect(world.device.prompts()).toBe(0)
  })

  it('when the user cancels: nothing was approved, no word of the password, and trying again works', async () => {
    const view = await shownOf()
    const { authenticate } = world.device.platform
    Object.assign(world.device.platform, {
      authenticate: () => Promise.reject(new KeyboundError('prompt_refused', 'or sign in with the password')),
    })
    const refusal = await approving(view.id)
    expect(refusal).toMatchObject({ code: 'prompt_refused' })
    expect('error' in refusal && refusal.error.message).toMatch(/Nothing was approved; try again/)
    expect('error' in refusal && refusal.error.message).not.toContain('password')
    Object.assign(world.device.platform, { authenticate })
    expect(await approving(view.id)).toMatchObject({ value: {} })
  })

  it('F08: when the key was removed elsewhere; the device forgets it', async () => {
    const view = await shownOf()
    const other = await world.server.signIn('ada')
    const [credential = ''] = await world.onServer()
    const path = `/v1/credentials/${credential}`
    expect((await world.server.call('DELETE', path, { token: other.session.token })).status).toBe(204)
    const refusal = await approving(view.id)
    expect(['session_required', 'credential_unknown']).toContain('code' in refusal && refusal.code)
    expect(world.device.prompts()).toBe(0)
    unmoved()
  })

  it('when a signature is another key’s', async () => {
    const view = await shownOf()
    const { authenticator, platform } = world.device
    Object.assign(platform, {
      authenticate: async (options: Parameters<typeof platform.authenticate>[0]) =>
        authenticator.authenticate(options, { signWith: createKeyPair().privateKey }),
    })
    expect(await approving(view.id)).toMatchObject({ code: 'signature_invalid' })
    unmoved()
  })

  it('without the option', async () => {
    const bare = createKeyboundClient({ server: origin, platform: world.device.platform })
    for (const call of [bare.transaction('A'.repeat(22)), bare.approve('A'.repeat(22))])
      expect(await codeOf(call)).toBe('configuration_invalid')
  })
})

describe('one at a time', () => {
  it('refuses a second approval while one is under way, which moves once', async () => {
    const view = await shownOf()
    const [first, second] = await Promise.all([settled(client.approve(view)), settled(client.approve(view))])
    expect(first).toMatchObject({ value: {} })
    expect(second).toMatchObject({ code: 'prompt_busy' })
    expect([world.device.prompts(), world.ledger.length]).toEqual([1, 1])
  })

  it('and the password closes a prompt that is open', async () => {
    const view = await shownOf()
    world.device.rehearse(undefined)
    const { authenticate } = world.device.platform
    const opened = new Promise<void>((resolve) => {
      Object.assign(world.device.platform, {
        authenticate: () => {
          resolve()
          return new Promise(() => {})
        },
      })
    })
    const approval = codeOf(client.approve(view))
    await opened
    await world.signInWithPassword()
    expect(await approval).toBe('aborted')
    expect(world.ledger).toEqual([])
    Object.assign(world.device.platform, { authenticate })
  })
})

describe('the part', () => {
  const make = (part: () => Promise<typeof approvals>) =>
    createKeyboundClient({ server: origin, platform: world.device.platform, approvals: part })

  it('is loaded when it is first needed, and once', async () => {
    let loads = 0
    const lazy = make(async () => {
      loads++
      return approvals
    })
    await lazy.signIn()
    expect(loads).toBe(0)
    await lazy.approve((await lazy.transaction(await world.payment())).id)
    expect([loads, world.ledger.length]).toEqual([1, 1])
  })

  it('that cannot be fetched is a network that cannot be reached, and is tried again', async () => {
    const parts = [() => Promise.reject(new TypeError('Failed to fetch')), async () => approvals]
    const lazy = make(() => (parts.shift() ?? parts[0])?.() as Promise<typeof approvals>)
    await lazy.signIn()
    const id = await world.payment()
    expect(await codeOf(lazy.transaction(id))).toBe('network_unreachable')
    expect(await lazy.transaction(id)).toMatchObject({ id })
  })
})

describe('what remains, with code of an attacker in the app', () => {
  /** Code in the app that shows what it likes, and swaps what is approved. */
  async function touchFor(own: string, shown: TransactionView): Promise<unknown> {
    expect(shown.id).not.toBe(own)
    return client.approve(own)
  }

  it('A15: a transaction of the attacker’s, created in the open session, is approved by a touch for another one', async () => {
    const [shown, own] = [await shownOf(), await world.payment(9_900)]
    expect(await touchFor(own, shown)).toEqual({ receipt: expect.any(String) })
    expect(world.ledger.map(({ id }) => id)).toEqual([own])
  })

  it('A15: limits still hold', async () => {
    const [shown, own] = [await shownOf(), await world.payment(10_001)]
    expect(await codeOf(touchFor(own, shown))).toBe('transaction_limit_exceeded')
    expect(world.ledger).toEqual([])
  })

  it('A14: bytes swapped under the touch are worth nothing, because the server compares', async () => {
    const [view, other] = [await shownOf(), await world.payment(9_900)]
    const { authenticator, platform } = world.device
    Object.assign(platform, {
      authenticate: async (options: Parameters<typeof platform.authenticate>[0]) =>
        authenticator.authenticate({ ...options, challenge: 'A'.repeat(43) }),
    })
    expect(await codeOf(client.approve(view))).toBe('transaction_mismatch')
    expect([other === view.id, world.ledger]).toEqual([false, []])
  })
})
