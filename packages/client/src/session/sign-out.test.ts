import { expect, it, vi } from 'vitest'
import type { ClientContext } from '../context.ts'
import { createStateStore } from '../state.ts'
import { signOut } from './sign-out.ts'

it('leaves neither session, grant, pending registration nor reason in memory, before anything is awaited', () => {
  const state = createStateStore(null)
  const session = { token: 'secret', account: 'ada', acr: 'pwd', authTime: 1, expiresAt: 2 } as const
  const pending = { rpId: 'bank.example', userName: 'ada', request: {} } as never
  state.update({ session, grant: 'secret too', pending, reason: 'expired' })
  const abortAll = vi.fn()
  const calls = { abortAll, run: () => new Promise(() => {}) }
  void signOut({ state, calls } as unknown as ClientContext)
  expect(state.memory()).toEqual({
    session: null,
    grant: null,
    pending: null,
    records: [],
    account: null,
    reason: undefined,
  })
  expect(abortAll).toHaveBeenCalledOnce()
})
