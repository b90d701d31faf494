import type { Attack } from '../attack.ts'
import { isLost, type Opened } from '../target/target.ts'

const refusals = 8

export const prompts: Attack = {
  id: 'A22',
  title: 'Prompts until the owner gives in',
  done: 'Code in the app’s process opens the prompt again and again; the owner closes eight of them and touches at the ninth.',
  standard: 'MASWE-0023',
  stoppedBy:
    'Nothing in the app: a touch that the owner gives is a real one. What holds the damage: it opens once, until the lock; a payment wants another touch, under its own words and limits.',
  async run(target) {
    return target.hooked(async (hook) => {
      for (let prompt = 0; prompt < refusals; prompt++) {
        const opened = (await hook.evaluate('globalThis.openApp()')) as Opened
        if (isLost(target, opened))
          return { result: 'lost', observed: `Opened by prompt ${prompt + 1}, without a touch.` }
      }
      target.phone.touch('owner')
      return isLost(target, (await hook.evaluate('globalThis.openApp()')) as Opened)
        ? {
            result: 'residual',
            observed: `Opened by the touch at prompt ${refusals + 1}, as with every app.`,
          }
        : { result: 'held', observed: 'Did not open by a touch at a prompt that nobody had asked for.' }
    })
  },
}
