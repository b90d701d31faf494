import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { KeyboundError } from '@keybound/protocol'
import { describe, expect, it, vi } from 'vitest'
import { awaitWith } from './settle.ts'

const never = () => new Promise<never>(() => {})
const limit = [50, () => new KeyboundError('storage_failed', 'Too long.')] as const

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** A clock moved by hand. */
function createWait() {
  const asked: number[] = []
  let ring = () => {}
  const wait = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      asked.push(milliseconds)
      ring = resolve
    })
  return { wait, asked, ring: () => ring() }
}

describe('a step', () => {
  it('ends with its own value or error; one that is not ours is the cause', async () => {
    const { signal } = new AbortController()
    expect(await awaitWith(never, signal)(async () => 7)).toBe(7)
    const own = new KeyboundError('storage_failed', 'No storage.')
    await expect(awaitWith(never, signal)(() => Promise.reject(own))).rejects.toBe(own)
    const failing = awaitWith(never, signal)(() => Promise.reject(new Error('mine')))
    await expect(failing).rejects.toMatchObject({ code: 'platform_failed', cause: new Error('mine') })
  })

  it('turns a synchronous throw into a rejection', async () => {
    const work = () => {
      throw new Error('at once')
    }
    const failing = awaitWith(never, new AbortController().signal)(work)
    await expect(failing).rejects.toMatchObject({ cause: new Error('at once') })
  })

  it('ends at its limit, aborts the work, and hands a late value over', async () => {
    const clock = createWait()
    const late = vi.fn()
    let finish = (_: string) => {}
    let given: AbortSignal | undefined
    const work = (signal: AbortSignal) => {
      given = signal
      return new Promise<string>((resolve) => {
        finish = resolve
      })
    }
    const step = awaitWith(clock.wait, new AbortController().signal)(work, limit, late)
    await Promise.resolve()
    expect(clock.asked).toEqual([50])
    expect(given?.aborted).toBe(false)
    clock.ring()
    await expect(step).rejects.toMatchObject({ code: 'storage_failed' })
    expect(given?.aborted).toBe(true)
    finish('late')
    await new Promise(setImmediate)
    expect(late).toHaveBeenCalledExactlyOnceWith('late')
  })

  it('keeps its limit when the clock itself fails', async () => {
    const broken = () => Promise.reject(new Error('no clock'))
    const step = awaitWith(broken, new AbortController().signal)(never, limit)
    await expect(step).rejects.toMatchObject({ code: 'storage_failed' })
  })

  it('ends with the abort of its call: the app’s reason is the cause, the client’s own error is the error', async () => {
    const app = new AbortController()
    const step = awaitWith(never, app.signal)(never)
    app.abort('because')
    await expect(step).rejects.toMatchObject({ code: 'aborted', cause: 'because' })

    const own = new KeyboundError('aborted', 'Signed out.')
    const client = new AbortController()
    const other = awaitWith(never, client.signal)(never)
    client.abort(own)
    await expect(other).rejects.toBe(own)
  })

  it('does not begin when the call was aborted before', async () => {
    const work = vi.fn(never)
    await expect(awaitWith(never, AbortSignal.abort())(work)).rejects.toMatchObject({ code: 'aborted' })
    expect(work).not.toHaveBeenCalled()
  })

  it('leaves no listener on the signal of its call', async () => {
    const { signal } = new AbortController()
    const [added, removed] = [vi.spyOn(signal, 'addEventListener'), vi.spyOn(signal, 'removeEventListener')]
    await awaitWith(never, signal)(async () => 1)
    await expect(awaitWith(never, signal)(() => Promise.reject(new Error()))).rejects.toThrow()
    expect(removed).toHaveBeenCalledTimes(added.mock.calls.length)
  })

  it('lets go of what it worked on as it ends, however long its limit runs', async () => {
    const held = createWait()
    async function work(): Promise<WeakRef<object>> {
      const secret = { token: 'a.b.c' }
      await awaitWith(held.wait)(async () => secret.token, limit)
      return new WeakRef(secret)
    }
    const secret = await work()
    // A turn of the loop, because a WeakRef keeps its target for the turn that made it.
    await new Promise(setImmediate)
    collectGarbage()
    expect(secret.deref()).toBeUndefined()
    expect(held.asked).toEqual([50])
  })
})
