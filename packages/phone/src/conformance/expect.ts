import { type HardwareErrorCode, isHardwareError } from '../hardware/hardware-error.ts'

/** What a case that failed throws. */
export class ConformanceFailure extends Error {
  override readonly name = 'ConformanceFailure'
}

/** Refuses unless both are the same value, or lists and objects of the same values. */
export function equal(found: unknown, expected: unknown, what: string): void {
  if (JSON.stringify(found) === JSON.stringify(expected)) return
  throw new ConformanceFailure(
    `Unexpected ${what} ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}.`,
  )
}

/** Refuses what is not so. */
export function ensure(condition: boolean, what: string): void {
  if (!condition) throw new ConformanceFailure(`Unexpected: ${what}.`)
}

/** Refuses a call that answers, or that rejects with something else. */
export function rejects(
  call: Promise<unknown>,
  code: HardwareErrorCode,
  what: string,
  nativeCode?: number,
): Promise<void> {
  const checked = checkRejection(call, code, what, nativeCode)
  // A case that has failed meanwhile awaits nothing any more.
  checked.catch(() => undefined)
  return checked
}

async function checkRejection(
  call: Promise<unknown>,
  code: HardwareErrorCode,
  what: string,
  nativeCode?: number,
): Promise<void> {
  const error = await rejection(call, what)
  if (!isHardwareError(error)) {
    throw new ConformanceFailure(`Unexpected ${String(error)} from ${what}, expected an error with a code.`)
  }
  if (error.code !== code) {
    throw new ConformanceFailure(`Unexpected ${error.code} from ${what}, expected ${code}.`)
  }
  if (nativeCode !== undefined) equal(error.userInfo?.nativeCode, nativeCode, `native code of ${what}`)
}

async function rejection(call: Promise<unknown>, what: string): Promise<unknown> {
  let answer: unknown
  try {
    answer = await call
  } catch (error) {
    return error
  }
  throw new ConformanceFailure(
    `Unexpected answer ${JSON.stringify(answer)} from ${what}, expected a refusal.`,
  )
}
