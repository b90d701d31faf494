import { expect, it, vi } from 'vitest'
import { createEmitter } from './events.ts'
import { createStateStore } from './state.ts'

/** Catches what would surface as an unhandled rejection. */
function catchSurfacing(work: () => void): readonly unknown[] {
  const surfaced: unknown[] = []
  const reject = vi.spyOn(Promise, 'reject').mockImplementation((reason) => {
    surfaced.push(reason)
    return new Promise<never>(() => {})
  })
  try {
    work()
  } finally {
    reject.mockRestore()
  }
  return surfaced
}

const broken = () => {
  throw new Error('of the app')
}

it('lets a state listener that throws harm neither the client nor other listeners, and surfaces its error', () => {
  const store = createStateStore(null)
  const told = vi.fn()
  store.subscribe(broken)
  store.subscribe(told)
  const surfaced = catchSurfacing(() => store.update({ account: 'ada', reason: 'revoked' }))
  expect(told).toHaveBeenCalledOnce()
  expect(store.snapshot()).toMatchObject({ account: 'ada', reason: 'revoked' })
  expect(surfaced).toEqual([new Error('of the app')])
})

it('lets telemetry that throws harm nobody, and surfaces its error', () => {
  const emit = createEmitter(broken)
  const surfaced = catchSurfacing(() => emit({ type: 'storageFailed', call: 'signIn' }))
  expect(surfaced).toEqual([new Error('of the app')])
  expect(() => createEmitter(undefined)({ type: 'storageFailed', call: 'signIn' })).not.toThrow()
})

it('lets a listener subscribe and unsubscribe others while it is told', () => {
  const store = createStateStore(null)
  const later = vi.fn()
  const last = vi.fn()
  store.subscribe(() => {
    store.subscribe(later)
    unsubscribe()
  })
  const unsubscribe = store.subscribe(last)
  store.update({ account: 'ada', reason: 'expired' })
  expect(later).not.toHaveBeenCalled()
  // Who was there when the change came is told of it, and of no other.
  expect(last).toHaveBeenCalledOnce()
  store.update({ account: null, reason: undefined })
  expect(later).toHaveBeenCalledOnce()
  expect(last).toHaveBeenCalledOnce()
})
