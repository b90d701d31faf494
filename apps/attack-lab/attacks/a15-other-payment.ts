import { randomBytes } from 'node:crypto'
import type { Attack } from '../attack.ts'
import type { Payment } from '../target/payments.ts'

const shown: Payment = { account: 'GRACE-0001', name: 'Grace', minor: 1_000 }

export const otherPayment: Attack = {
  id: 'A15',
  title: 'A payment of the attacker’s under a real touch',
  done: 'Code in the app orders a payment to the attacker with the open session; if that is not enough, it puts that payment in the place of the owner’s next one, and the owner’s words into the prompt.',
  standard: 'MASWE-0023 · MASWE-0025',
  stoppedBy:
    'The session alone moves nothing. A touch that the owner gives for other words does: a phone has no display that code in the app cannot lie on. What holds the damage: limits, cooling-off for new payees, and a receipt of what was really signed.',
  async run(target) {
    const account = `MALLORY-${randomBytes(8).toString('hex').toUpperCase()}`
    const own: Payment = { account, name: 'Mallory', minor: 9_900 }
    return target.hooked(async (hook) => {
      target.phone.touch('owner')
      await target.open()
      await hook.evaluate(`bank.order(${JSON.stringify(own)})`)
      if (target.isPaid(account))
        return { result: 'lost', observed: 'Paid with the open session, without a touch.' }
      await hook.evaluate(putInPlace(own, shown))
      target.phone.touch('owner')
      const said = await hook.evaluate(`bank.pay(${JSON.stringify(shown)}).catch(String)`)
      return target.isPaid(account)
        ? {
            result: 'residual',
            observed: `The prompt said “${target.phone.lastPrompt()}”; 99.00 EUR went to Mallory.`,
          }
        : { result: 'held', observed: `Paid nothing: “${said}”` }
    })
  },
}

/** Orders the one, and has the prompt speak of the other. */
function putInPlace(own: Payment, other: Payment): string {
  const words = { title: `Pay ${other.minor / 100} EUR to ${other.name}`, subtitle: '', description: '' }
  return `(() => {
    const { order } = bank
    bank.order = () => order(${JSON.stringify(own)})
    const { call } = system
    const words = ${JSON.stringify(words)}
    system.call = (name, request) => {
      if (name === 'prompt.show') return call(name, { ...request, ...words })
      const spoken = 'localizedReason' in request ? { ...request, localizedReason: words.title } : request
      return call(name, spoken)
    }
  })()`
}
