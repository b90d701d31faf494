import type { FieldValue } from '@keybound/protocol/transactions'
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

  /** Signs in with it and approves a transaction of that type. */
  async function send(phone: SoftwarePhone, fields: Record<string, FieldValue>, type = 'payment') {
    const { session } = (await bank.signInByPhone(phone)).json
    const operationId = `operation ${++operations}`
    const { id } = await bank.server.transactions.create({ account: bank.ada, type, fields, operationId })
    return approvals.approve(phone, session.token, id)
  }

  /** A payment with it, and the receipt for that. */
  async function pay(phone: SoftwarePhone): Promise<string> {
    const { json, text } = await send(phone, payment())
    if (json.receipt === undefined) throw new Error(`Unexpected ${text}, expected a receipt.`)
    return json.receipt
  }

  return { ...bank, ...approvals, registered, send, pay }
}

export type PhoneBank = Awaited<ReturnType<typeof startPhoneBank>>
