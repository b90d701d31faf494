/** Fingers that wait for a prompt, and the prompt that waits for fingers. */
export interface Touches {
  /** To the prompt that is up, or the next one. Resolves when the sensor has judged it. */
  readonly touch: (finger: string) => Promise<void>
  /** The same with a face that happens to be before the camera: its owner did not mean to approve anything. */
  readonly look: (face: string) => Promise<void>
  /** Hands touches to a prompt, one after the other, until it is closed. */
  readonly attend: (judge: Judge) => { readonly close: () => void }
  /** Forgets touches that no prompt took. */
  readonly clear: () => void
}

/** What a prompt makes of a finger or a face. */
type Judge = (finger: string, deliberate: boolean) => Promise<void>

interface Touch {
  readonly finger: string
  readonly deliberate: boolean
  readonly judged: () => void
}

export function createTouches(): Touches {
  let waiting: Touch[] = []
  let current: { readonly judge: Judge } | undefined
  let busy = false

  async function serve(): Promise<void> {
    if (busy) return
    busy = true
    for (;;) {
      const prompt = current
      const touch = prompt === undefined ? undefined : waiting.shift()
      if (prompt === undefined || touch === undefined) break
      await prompt.judge(touch.finger, touch.deliberate)
      touch.judged()
    }
    busy = false
  }

  const wait = (finger: string, deliberate: boolean) =>
    new Promise<void>((judged) => {
      waiting.push({ finger, deliberate, judged })
      void serve()
    })

  return {
    touch: (finger) => wait(finger, true),
    look: (face) => wait(face, false),
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
