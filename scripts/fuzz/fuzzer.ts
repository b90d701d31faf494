import { KeyboundError } from '@keybound/protocol'
import { type Coverage, Covered } from './coverage.ts'
import { mutate, type Pick } from './mutator.ts'
import type { Target } from './target.ts'

/** An input that is read wrongly. */
export interface Finding {
  readonly target: string
  readonly input: Uint8Array
  readonly error: unknown
}

/** What came of one target. */
export interface Outcome {
  readonly target: string
  readonly executions: number
  /** Inputs that were not refused. */
  readonly accepted: number
  readonly blocks: number
  readonly corpus: number
  /** The most steps of one input, of those that ran something new. */
  readonly mostSteps: number
  readonly findings: readonly Finding[]
}

/** Looking at the coverage costs as much as a hundred short inputs, so inputs are run in heaps, growing ones. */
const leastHeap = 16
const mostHeap = 512
const mostFindings = 5

/** Searches one target: inputs that run what no input ran before are kept and changed further. */
export class Fuzzer {
  readonly #target: Target
  readonly #coverage: Coverage
  readonly #pick: Pick
  readonly #covered = new Covered()
  readonly #corpus: Uint8Array[] = []
  readonly #findings: Finding[] = []
  #executions = 0
  #accepted = 0
  #mostSteps = 0
  #heap = leastHeap

  constructor(target: Target, coverage: Coverage, pick: Pick) {
    this.#target = target
    this.#coverage = coverage
    this.#pick = pick
  }

  get outcome(): Outcome {
    return {
      target: this.#target.name,
      executions: this.#executions,
      accepted: this.#accepted,
      blocks: this.#covered.blocks,
      corpus: this.#corpus.length,
      mostSteps: this.#mostSteps,
      findings: this.#findings,
    }
  }

  /** Runs the seeds: those that run something new are the first corpus. */
  async begin(): Promise<void> {
    for (let at = 0; at < this.#target.seeds.length; at += leastHeap) {
      await this.#examine(this.#target.seeds.slice(at, at + leastHeap))
    }
    if (this.#corpus.length === 0) this.#corpus.push(new Uint8Array(1))
  }

  /** Runs one heap of changed inputs. False when there are enough findings. */
  async search(): Promise<boolean> {
    const inputs = Array.from({ length: this.#heap }, () => this.#change())
    const isNew = await this.#examine(inputs)
    this.#heap = isNew ? leastHeap : Math.min(this.#heap * 2, mostHeap)
    return this.#findings.length < mostFindings
  }

  #change(): Uint8Array {
    const known = () => this.#corpus[this.#pick(this.#corpus.length)] ?? new Uint8Array(1)
    return mutate(known(), known(), this.#target.grammar, this.#pick)
  }

  /**
   * Runs inputs between two looks at the coverage. Where they ran something new, or took too many steps, their halves are
   * run again, down to the one input that did; it is kept. Says whether there was something new.
   */
  async #examine(inputs: readonly Uint8Array[]): Promise<boolean> {
    this.#coverage.take()
    for (const input of inputs) await this.#run(input)
    const trace = this.#coverage.take()
    const isNew = this.#covered.lacks(trace)
    const limit = inputs.reduce((sum, input) => sum + this.#limitOf(input), 0)
    const [input] = inputs
    if (inputs.length === 1 && input !== undefined) {
      this.#mostSteps = Math.max(this.#mostSteps, trace.steps)
      if (isNew) this.#corpus.push(input)
      if (trace.steps > limit) {
        this.#report(input, new Error(`Unexpected ${trace.steps} steps, expected at most ${limit}.`))
      }
    } else if (isNew || trace.steps > limit) {
      const middle = inputs.length >> 1
      for (const half of [inputs.slice(0, middle), inputs.slice(middle)]) await this.#examine(half)
    }
    // After the halves, so that their inputs count as what ran it first.
    this.#covered.add(trace)
    return isNew
  }

  async #run(input: Uint8Array): Promise<void> {
    this.#executions++
    try {
      await this.#target.run(input.slice())
      this.#accepted++
    } catch (error) {
      if (!(error instanceof KeyboundError)) this.#report(input, error)
    }
  }

  #limitOf({ length }: Uint8Array): number {
    const { fixed, each } = this.#target.steps
    return fixed + each * length
  }

  /** One finding for each message. */
  #report(input: Uint8Array, error: unknown): void {
    const message = String(error)
    if (this.#findings.some((finding) => String(finding.error) === message)) return
    this.#findings.push({ target: this.#target.name, input, error })
  }
}
