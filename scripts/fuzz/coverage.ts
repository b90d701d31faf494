import { type Profiler, Session } from 'node:inspector'

/** What ran since the last look. */
export interface Trace {
  /** By script: for each character of its source whether it ran. */
  readonly ran: ReadonlyMap<string, Uint8Array>
  /** Beginnings of the stretches of source that V8 counts apart, as `script:offset`. */
  readonly blocks: readonly (readonly [script: string, offset: number])[]
  /** How often all of them ran together: a measure of work that no clock and no other process disturbs. */
  readonly steps: number
}

/**
 * V8's precise block coverage of the scripts whose address passes the filter. Counting begins when this is made, so make
 * it before those scripts load.
 */
export class Coverage {
  readonly #session = new Session()
  readonly #watches: (url: string) => boolean

  constructor(watches: (url: string) => boolean) {
    this.#watches = watches
    this.#session.connect()
    this.#session.post('Profiler.enable')
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** What ran since the last call of this, or since the beginning. */
  take(): Trace {
    const ran = new Map<string, Uint8Array>()
    const blocks: [string, number][] = []
    let steps = 0
    for (const { url, scriptId, functions } of this.#read()) {
      if (!this.#watches(url)) continue
      const ranges = functions.flatMap((each) => each.ranges)
      // Outer functions and blocks come before those inside, so what is inside has the last word.
      const painted = new Uint8Array(ranges.reduce((end, { endOffset }) => Math.max(end, endOffset), 0))
      for (const { startOffset, endOffset, count } of ranges) {
        painted.fill(count > 0 ? 1 : 0, startOffset, endOffset)
        blocks.push([scriptId, startOffset])
        steps += count
      }
      ran.set(scriptId, painted)
    }
    return { ran, blocks, steps }
  }

  /** The session of one's own thread answers before `post` returns. */
  #read(): readonly Profiler.ScriptCoverage[] {
    let scripts: readonly Profiler.ScriptCoverage[] = []
    this.#session.post('Profiler.takePreciseCoverage', (error, taken) => {
      if (error) throw error
      scripts = taken.result
    })
    return scripts
  }
}

/** Everything that ran so far. */
export class Covered {
  readonly #ran = new Map<string, Uint8Array>()
  readonly #blocks = new Map<string, readonly [string, number]>()

  /** Blocks that ran, of those that V8 told apart. */
  get blocks(): number {
    return [...this.#blocks.values()].filter(([script, offset]) => this.#ran.get(script)?.[offset] === 1)
      .length
  }

  /** Adds what ran; says whether any of it was new. */
  add({ ran, blocks }: Trace): boolean {
    let isNew = false
    for (const [script, painted] of ran) isNew = this.#addScript(script, painted) || isNew
    if (isNew) for (const block of blocks) this.#blocks.set(block.join(':'), block)
    return isNew
  }

  /** Whether anything of this was not there yet. */
  lacks({ ran }: Trace): boolean {
    for (const [script, painted] of ran) {
      const known = this.#ran.get(script)
      if (known === undefined) return true
      for (let at = 0; at < painted.length; at++) if (painted[at] === 1 && known[at] !== 1) return true
    }
    return false
  }

  #addScript(script: string, painted: Uint8Array): boolean {
    const known = this.#ran.get(script)
    if (known === undefined || known.length < painted.length) {
      const grown = new Uint8Array(painted.length)
      grown.set(known ?? [])
      this.#ran.set(script, grown)
    }
    const mine = this.#ran.get(script) as Uint8Array
    let isNew = false
    for (let at = 0; at < painted.length; at++) {
      if (painted[at] !== 1 || mine[at] === 1) continue
      mine[at] = 1
      isNew = true
    }
    return isNew
  }
}
