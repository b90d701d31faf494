import { type CaseContext, type ConformanceCase, NotProvoked } from './case.ts'
import { cases } from './cases.ts'
import { ConformanceFailure } from './expect.ts'
import type { ConformanceSubject, MakeSubject, PhoneNeeds } from './world.ts'

/** How a case went. */
export interface ConformanceResult {
  readonly case: ConformanceCase
  readonly outcome: 'passed' | 'failed' | 'notProvoked'
  /** Why it failed, or could not be provoked. */
  readonly reason: string
}

/** How to run. */
export interface ConformanceOptions {
  readonly platform: PhoneNeeds['platform']
  readonly make: MakeSubject
  /** Default all of the platform. */
  readonly only?: readonly string[]
  /** Milliseconds until a call that does not settle has failed. Default 20,000. */
  readonly patience?: number
}

/** The cases of a platform. */
export function casesOf(platform: PhoneNeeds['platform']): readonly ConformanceCase[] {
  return cases.filter(({ platforms }) => platforms.includes(platform))
}

/** Runs cases one after the other, each on phones of its own. */
export async function runConformance(options: ConformanceOptions): Promise<readonly ConformanceResult[]> {
  const { platform, only } = options
  const results: ConformanceResult[] = []
  for (const one of casesOf(platform)) {
    if (only === undefined || only.includes(one.id)) results.push(await runCase(one, options))
  }
  return results
}

/** Runs one case. */
export async function runCase(
  one: ConformanceCase,
  { platform, make, patience = 20_000 }: ConformanceOptions,
): Promise<ConformanceResult> {
  const subjects: ConformanceSubject[] = []
  const open = async (): Promise<ConformanceSubject> => {
    const subject = await make({ ...one.needs, platform })
    if ('cannotBe' in subject) throw new NotProvoked(subject.cannotBe)
    subjects.push(subject)
    for (const ability of one.uses) {
      const reason = subject.cannot?.[ability]
      if (reason !== undefined) throw new NotProvoked(reason)
    }
    return subject
  }
  try {
    const { hardware, world, judge } = await open()
    const another = async () => {
      const second = await open()
      return { hardware: quiet(second.hardware), world: quiet(second.world) }
    }
    const context: CaseContext = { platform, hardware: quiet(hardware), world: quiet(world), judge, another }
    await inTime(one.run(context), patience)
    return { case: one, outcome: 'passed', reason: '' }
  } catch (error) {
    if (error instanceof NotProvoked) return { case: one, outcome: 'notProvoked', reason: error.message }
    return { case: one, outcome: 'failed', reason: error instanceof Error ? error.message : String(error) }
  } finally {
    for (const subject of subjects) await subject.close?.()
  }
}

/** A case that fails may leave calls behind: what they reject with later is nobody's to hear. */
function quiet<T extends object>(target: T): T {
  return new Proxy(target, {
    get(_, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...args: readonly unknown[]): unknown => {
        const answer: unknown = Reflect.apply(member, target, args)
        if (answer instanceof Promise) answer.catch(() => undefined)
        return answer
      }
    },
  })
}

async function inTime(work: Promise<void>, patience: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new ConformanceFailure('Unexpected silence: a call did not settle, expected an answer or an error.'),
      )
    }, patience)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
