import assert from 'node:assert/strict'
import type { AttemptBudget, CredentialRecord, Operation, RegisterCredential, Store } from '../../contract.ts'
import type { FamilyRecord, StartFamily } from '../../token-contract.ts'
import type { Samples } from './samples.ts'

/** Registers a credential and asserts that it was, as the first step of a case. */
export async function registered(
  store: Store,
  samples: Samples,
  credential?: Partial<CredentialRecord>,
  parts?: Partial<Omit<RegisterCredential, 'credential'>>,
): Promise<CredentialRecord> {
  const input = samples.registration(credential, parts)
  await expectOutcome(store.registerCredential(input), 'registered')
  return input.credential
}

/** Registers a credential, starts a family with it and asserts that it was. */
export async function started(
  store: Store,
  samples: Samples,
  family?: Partial<FamilyRecord>,
  parts?: Partial<StartFamily>,
): Promise<FamilyRecord> {
  const realm = parts?.realm ?? 'realm'
  const account = family?.account ?? 'ada'
  const credential = await registered(store, samples, { account }, { realm, limit: 1000 })
  const input = samples.familyStart(credential, {
    family: samples.family({ credentialId: credential.id, ...family }),
    ...parts,
  })
  await expectOutcome(store.startFamily(input), 'recorded')
  return input.family
}

/** Asserts the outcome of an operation. */
export async function expectOutcome(
  call: Promise<string | { readonly outcome: string }>,
  expected: string,
  about?: string,
): Promise<void> {
  const result = await call
  assert.equal(typeof result === 'string' ? result : result.outcome, expected, about)
}

/** How many of the results have this outcome. */
export function count(results: readonly { readonly outcome: string }[], outcome: string): number {
  return results.filter((result) => result.outcome === outcome).length
}

/** Takes tries at the same moment until one is refused (at most 100), and says how many were taken. */
export async function triesLeft(
  store: Store,
  samples: Samples,
  budget: AttemptBudget,
  operation: Partial<Operation> = {},
): Promise<number> {
  for (let taken = 0; taken < 100; taken++) {
    const answer = await store.takeAttempt({ ...samples.operation(), ...operation, budgets: [budget] })
    if (answer.outcome === 'exhausted') return taken
  }
  return 100
}

/** The credential ids of an account, in the order the store gives. */
export async function idsOf(store: Store, account: string, realm = 'realm'): Promise<readonly string[]> {
  return (await store.listCredentials(realm, account)).map((credential) => credential.id)
}
