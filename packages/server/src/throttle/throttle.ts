import { hash } from 'node:crypto'
import { KeyboundError } from '@keybound/protocol'
import type { KnownDevice } from '../device/device.ts'
import { newOperationId, type ServerContext } from '../internal/context.ts'
import type { ThrottleLimit } from '../policy/policy.ts'
import type { AttemptBudget } from '../store/contract.ts'
import { networkOf, parseAddress } from './address.ts'

/** Who tries. */
export interface Attempt {
  /** Normalised user name, whether it exists or not: unknown names are throttled alike. */
  readonly username: string
  /** Set when this device signed in to this account before. */
  readonly device: KnownDevice | undefined
  readonly clientAddress: string
}

export type BudgetKind = 'account' | 'device' | 'network'

/** A try was refused; nothing was counted. */
export class Throttled extends KeyboundError {
  readonly budget: BudgetKind

  constructor(budget: BudgetKind, retryAfter: number) {
    const message = `Unexpected number of failed attempts, expected a pause. Wait ${retryAfter} s, or sign in with biometrics.`
    super('too_many_attempts', message, { retryAfter })
    this.budget = budget
  }
}

/**
 * Takes one try from every budget that applies, or from none. Counted before the password is looked at, so parallel
 * guesses cannot outrun the count (attack F03). A known device has a budget of its own and draws on no other, so that
 * neither guesses elsewhere nor neighbours on its network lock it out (attack F04).
 */
export async function takeAttempt(context: ServerContext, attempt: Attempt): Promise<void> {
  const { throttle } = context.policy
  const budgets: AttemptBudget[] =
    attempt.device === undefined
      ? [
          budget(keyOf(context, 'account', attempt), throttle.account),
          budget(keyOf(context, 'network', attempt), throttle.network),
        ]
      : [budget(keyOf(context, 'device', attempt), throttle.device)]
  const result = await context.store.takeAttempt({ ...operation(context), budgets })
  if (result.outcome === 'exhausted') {
    throw new Throttled(result.key.split(':')[0] as BudgetKind, result.retryAfter)
  }
}

/**
 * Gives tries back after the right password: all of the account or device, but only this one of the network, where one
 * who guesses at many accounts could otherwise refill the budget with an account of their own.
 */
export async function clearAttempts(context: ServerContext, attempt: Attempt): Promise<void> {
  const known = attempt.device !== undefined
  await context.store.clearAttempts({
    ...operation(context),
    keys: [keyOf(context, known ? 'device' : 'account', attempt)],
    refund: known ? [] : [keyOf(context, 'network', attempt)],
  })
}

function operation(context: ServerContext) {
  return { realm: context.realm, operationId: newOperationId(context), now: context.now() }
}

function budget(key: string, limit: ThrottleLimit): AttemptBudget {
  const { tries, delay, maxDelay, forgetAfter } = limit
  return { key, limit: tries, delay, maxDelay, forgetAfter }
}

function keyOf(context: ServerContext, kind: BudgetKind, attempt: Attempt): string {
  return `${kind}:${hash('sha256', `keybound/throttle/v1\0${context.realm}\0${kind}\0${nameOf(kind, attempt)}`, 'base64url')}`
}

function nameOf(kind: BudgetKind, { username, device, clientAddress }: Attempt): string {
  if (kind === 'account') return username
  if (kind === 'device') return `${username}\0${Buffer.from(device?.id ?? []).toString('hex')}`
  const address = parseAddress(clientAddress)
  return address === undefined ? clientAddress : Buffer.from(networkOf(address)).toString('hex')
}
