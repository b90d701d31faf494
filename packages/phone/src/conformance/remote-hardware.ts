import { type HardwareErrorCode, hardwareErrorCodes } from '../hardware/hardware-error.ts'
import type { LifecycleEvent, SecureHardware } from '../hardware/secure-hardware.ts'

/** Lines of text to and from another process. */
export interface LineChannel {
  readonly send: (line: string) => void
  /** Tells of every line that comes, without its end. */
  readonly onLine: (listener: (line: string) => void) => void
}

/**
 * An implementation in another process, in whatever language, over lines of JSON:
 *
 *     → {"id":7,"method":"sign","args":["alias","AQID",{"title":"…",…}]}
 *     ← {"id":7,"value":"…"}                     no value: nothing, or null
 *     ← {"id":7,"error":{"code":"keyInvalidated","nativeCode":-25293,"message":"…"}}
 *     ← {"lifecycle":{"type":"background"}}      at any time
 */
export function createRemoteHardware({ send, onLine }: LineChannel): SecureHardware {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  const listeners = new Set<(event: LifecycleEvent) => void>()
  let last = 0

  onLine((line) => {
    const answer = JSON.parse(line) as Answer
    if (answer.lifecycle !== undefined) {
      for (const listener of [...listeners]) listener(answer.lifecycle)
      return
    }
    const call = waiting.get(answer.id ?? 0)
    waiting.delete(answer.id ?? 0)
    if (answer.error === undefined) call?.resolve(answer.value ?? null)
    else call?.reject(toError(answer.error))
  })

  const call = (method: string, args: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      last += 1
      waiting.set(last, { resolve, reject })
      send(JSON.stringify({ id: last, method, args }))
    })
  return new Proxy({} as SecureHardware, {
    get(_, method) {
      // A promise that resolves with this object asks whether it is one.
      if (typeof method !== 'string' || method === 'then') return undefined
      if (method === 'onLifecycle') {
        return (listener: (event: LifecycleEvent) => void) => {
          listeners.add(listener)
          return { remove: () => listeners.delete(listener) }
        }
      }
      return (...args: readonly unknown[]) => call(method, args)
    },
  })
}

interface Answer {
  readonly id?: number
  readonly value?: unknown
  readonly error?: { readonly code: string; readonly nativeCode?: number | null; readonly message?: string }
  readonly lifecycle?: LifecycleEvent
}

/** A code that the contract does not have is a fault of the implementation, and shown as that. */
function toError({ code, nativeCode, message }: NonNullable<Answer['error']>): Error {
  const error = new Error(message ?? code)
  const known = (hardwareErrorCodes as readonly string[]).includes(code)
  if (!known) return new Error(`Unexpected code ${code}, expected one of the contract: ${message ?? ''}`)
  const userInfo = typeof nativeCode === 'number' ? { userInfo: { nativeCode } } : {}
  return Object.assign(error, { code: code as HardwareErrorCode }, userInfo)
}
