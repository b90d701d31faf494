/** Fingers that wait for a prompt, and the prompt that waits for fingers. */
export interface Touches {
  /** To the prompt that is up, or the next one. Resolves when the sensor has judged it. */
  readonly touch: (finger: string) => Promise<void>
  /** Hands touches to a prompt, one after the other, until it is closed. */
  readonly attend: (prompt: (finger: string) => Promise<void>) => { readonly close: () => void }
  /** Forgets touches that no prompt took. */
  readonly clear: () => void
}

interface Touch {
  readonly finger: string
  readonly judged: () => void
}

export function createTouches(): Touches {
  let waiting: Touch[] = []
  let current: { readonly judge: (finger: string) => Promise<void> } | undefined
  let busy = false

  async function serve(): Promise<void> {
    if (busy) return
    busy = true
    for (;;) {
      const prompt = current
      const touch = prompt === undefined ? undefined : waiting.shift()
      if (prompt === undefined || touch === undefined) break
      await prompt.judge(touch.finger)
      touch.judged()
    }
    busy = false
  }

  return {
    touch: (finger) =>
      new Promise((judged) => {
        waiting.push({ finger, judged })
        void serve()
      }),
    attend(judge) {
      const prompt = { judge }
      current = prompt
      void serve()
      return {
        close: () => {
          if (current === prompt) current = undefined
        },
      }
    },
    clear() {
      for (const { judged } of waiting) judged()
      waiting = []
    },
  }
}
