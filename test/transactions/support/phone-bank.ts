import { type KeyboundServerOptions, type PolicyOverrides, standardTypes } from '@keybound/server'
import type { AndroidKnobs } from '../../support/phones/android-phone.ts'
import type { IphoneKnobs } from '../../support/phones/iphone.ts'
import type { SoftwarePhone } from '../../support/phones/phone.ts'
import { startPhoneServer } from '../../support/phones/phone-server.ts'
import { createApprovals, limits, payment } from './bank.ts'

/** A bank whose customers pay with phones of the test authorities. */
export async function startPhoneBank(
  apps: NonNullable<PolicyOverrides['registration']>['apps'] = {},
  options: Partial<KeyboundServerOptions> = {},
) {
  const bank = await startPhoneServer(apps, {
    transactions: { types: standardTypes },
    policy: limits,
    ...options,
  })
  const approvals = createApprovals(bank.call)
  let operations = 0

  /** Registers a phone. */
  async function registered<Phone extends SoftwarePhone>(
    phone: Phone,
    knobs?: AndroidKnobs & IphoneKnobs,
  ): Promise<Phone> {
    const { answer } = await bank.registerPhone(phone, knobs)
    if (answer.status !== 200) throw new Error(`Unexpected ${answer.text}, expected a credential.`)
    return phone
  }

  /** A payment with it, and the receipt for that. */
  async function pay(phone: SoftwarePhone): Promise<string> {
    const { session } = (await bank.signInByPhone(phone)).json
    const { id } = await bank.server.transactions.create({
      account: bank.ada,
      type: 'payment',
      fields: payment(),
      operationId: `operation ${++operations}`,
    })
    const { json, text } = await approvals.approve(phone, session.token, id)
    if (json.receipt === undefined) throw new Error(`Unexpected ${text}, expected a receipt.`)
    return json.receipt
  }

  return { ...bank, ...approvals, registered, pay }
}

export type PhoneBank = Awaited<ReturnType<typeof startPhoneBank>>
