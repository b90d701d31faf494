import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { verifyAuthentication } from '@keybound/attestation'
import { createNodeCrypto } from '@keybound/attestation/node'
import { verifyAuthenticationResponse } from '@simplewebauthn/server'
import type { DescribedSide, Plan } from '../harness/comparison.ts'
import { measureHere } from '../harness/interleave.ts'
import { type Assertion, makeAssertions } from './assertion-inputs.ts'
import type { Effort } from './effort.ts'

/** Checks one assertion; false or a rejection refuses it. */
type Check = (assertion: Assertion) => boolean | Promise<boolean>

const nothing = { commits: 'nothing', issues: 'nothing' } as const
const simpleWebAuthn = {
  name: '@simplewebauthn/server',
  verifies: 'client data, relying party, flags, counter, signature; the key is imported every time',
  ...nothing,
}

/** Assertion checks against the bare signature check, with keys that were seen before and with keys that were not. */
export function assertionPlans(
  effort: Effort,
): readonly { readonly id: string; readonly start: () => Promise<Plan> }[] {
  return variants.map((variant) => ({ id: variant.id, start: () => start(variant, effort) }))
}

async function start({ contestants, ...variant }: Variant, effort: Effort): Promise<Plan> {
  const keys = effort.smoke ? 64 : 512
  const block = effort.smoke ? 16 : 128
  const sides = sidesOf(await makeAssertions(keys), block, contestants())
  return {
    ...variant,
    subject: 'verifyAuthentication',
    rounds: effort.rounds,
    warmUp: effort.warmUp,
    block,
    keys,
    sides,
  }
}

type Variant = Pick<Plan, 'id' | 'title' | 'question' | 'floor' | 'aim'> & {
  readonly contestants: () => Contestants
}

const variants: readonly Variant[] = [
  {
    id: 'assertion-warm',
    title: 'An assertion check, keys seen before',
    question:
      'One ES256 assertion in WebAuthn JSON, every check of WebAuthn Level 3 §7.2, against nothing but the ' +
      'signature check over ready bytes with a ready KeyObject. Keys were used before and are within the cache.',
    floor: 'bare crypto.verify',
    aim: 1.25,
    contestants: () => ({
      keybound: async (one) => (await verifyAuthentication(one.keybound)).userVerified,
      keyboundDoes:
        'client data, relying party, flags, counter, backup state, signature; imported keys are cached',
      bare: (one) => verify('sha256', one.signed, one.key, one.signature),
      bareName: 'bare crypto.verify',
      bareDoes: 'the signature over ready bytes, with a ready KeyObject',
    }),
  },
  {
    id: 'assertion-cold',
    title: 'An assertion check, keys never seen',
    question:
      'The same with every key new to the process, as after a start or with more users than the cache holds: ' +
      'every side imports the key first.',
    floor: 'bare import and verify',
    contestants: () => ({
      keybound: coldKeybound(),
      keyboundDoes: 'the same as warm, and imports the key; the cache is too small to help',
      bare: (one) => verify('sha256', one.signed, importSpki(one.spki), one.signature),
      bareName: 'bare import and verify',
      bareDoes: 'imports the key from SPKI DER, then the signature over ready bytes',
    }),
  },
]

interface Contestants {
  readonly keybound: Check
  readonly keyboundDoes: string
  readonly bare: Check
  readonly bareName: string
  readonly bareDoes: string
}

function sidesOf(
  assertions: readonly Assertion[],
  block: number,
  one: Contestants,
): readonly DescribedSide[] {
  return [
    side({ name: one.bareName, verifies: one.bareDoes, ...nothing }, one.bare),
    side({ name: 'verifyAuthentication', verifies: one.keyboundDoes, ...nothing }, one.keybound),
    side(
      simpleWebAuthn,
      async (input) => (await verifyAuthenticationResponse(input.simpleWebAuthn)).verified,
    ),
  ]

  function side(described: Omit<DescribedSide, 'runBlock'>, check: Check): DescribedSide {
    return {
      ...described,
      runBlock: async (round) => {
        if (round === 0) await provesItself(check, assertions[0] as Assertion)
        const inputs = Array.from(
          { length: block },
          (_, at) => assertions[(round * block + at) % assertions.length],
        )
        return measureHere(block, async () => {
          for (const input of inputs) {
            // Only what answers later is awaited, so that the bare check pays for no promise.
            const verdict = check(input as Assertion)
            if (!(typeof verdict === 'boolean' ? verdict : await verdict))
              throw new Error('A valid assertion was refused.')
          }
        })
      },
    }
  }
}

/** A side that refuses nothing would be quick: each refuses a signature by another key before it is measured. */
async function provesItself(check: Check, assertion: Assertion): Promise<void> {
  const other = (await makeAssertions(1))[0] as Assertion
  const forged = {
    ...assertion,
    key: other.key,
    spki: other.spki,
    keybound: {
      ...assertion.keybound,
      credential: { ...assertion.keybound.credential, publicKey: other.keybound.credential.publicKey },
    },
    simpleWebAuthn: {
      ...assertion.simpleWebAuthn,
      credential: {
        ...assertion.simpleWebAuthn.credential,
        publicKey: other.simpleWebAuthn.credential.publicKey,
      },
    },
  }
  const accepted = await Promise.resolve(forged)
    .then(check)
    .catch(() => false)
  if (accepted) throw new Error('A side accepted a signature by another key.')
}

function coldKeybound(): Check {
  const crypto = createNodeCrypto({ cachedKeys: 2 })
  return async (one) => (await verifyAuthentication({ ...one.keybound, crypto })).userVerified
}

function importSpki(spki: Buffer): KeyObject {
  return createPublicKey({ key: spki, format: 'der', type: 'spki' })
}
