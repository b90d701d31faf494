import type { VirtualPhone } from '@keybound/virtual-phone'
import type { Finger, PhoneInHand } from './target.ts'

/** The finger, or face, that a virtual phone has enrolled from the start, and one that it has not. */
const fingers: { readonly [F in Finger]: string } = { owner: 'right index', stranger: 'stranger' }

/** Hands for a phone: at each prompt they do what they were told, and close whatever is still open then. */
export function handOf(phone: VirtualPhone): PhoneInHand & { readonly forget: () => void } {
  let plans: (() => Promise<unknown>)[] = []

  phone.watch((event) => {
    if (event.type !== 'prompt') return
    const act = plans.shift() ?? (async () => {})
    void act().then(phone.dismissPrompt)
  })

  return {
    touch(finger) {
      plans.push(() => phone.touch(fingers[finger]))
    },
    look() {
      plans.push(() => phone.look(fingers.owner))
    },
    enterPin() {
      plans.push(phone.enterCredential)
    },
    async unlock() {
      await phone.unlockWithCredential()
    },
    async enrol(finger) {
      await phone.enrol(fingers[finger])
    },
    async pass(milliseconds) {
      await phone.advance(milliseconds)
    },
    async setClockBack(milliseconds) {
      await phone.setClock(Date.now() - milliseconds)
    },
    lastPrompt() {
      const { title, subtitle, description } = phone.prompts.at(-1) ?? {}
      return [title, subtitle, description].filter(Boolean).join(' · ')
    },
    forget() {
      plans = []
    },
  }
}
