import type { WebEnvironment } from '../environment.ts'

/** One at a time per name: across tabs by Web Locks, within this one where the browser has none. */
export function createExclusive(environment: WebEnvironment) {
  const queues = new Map<string, Promise<unknown>>()
  return async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const locks = environment.navigator?.locks
    if (locks) return locks.request(name, work) as Promise<T>
    const result = (queues.get(name) ?? Promise.resolve()).then(work)
    queues.set(
      name,
      result.catch(() => {}),
    )
    return result
  }
}
