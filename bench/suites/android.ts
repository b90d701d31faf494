import { verify } from 'node:crypto'
import { verifyAndroidKeyAttestation, verifyRegistration } from '@keybound/attestation'
import { createNodeCrypto } from '@keybound/attestation/node'
import {
  SettingsService,
  type VerifyRegistrationResponseOpts,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { DescribedSide, Plan } from '../harness/comparison.ts'
import { measureHere } from '../harness/interleave.ts'
import {
  type AndroidRegistration,
  forged,
  importSpki,
  makeAndroidRegistrations,
  peerExpectation,
  rootPem,
  type SignatureCheck,
} from './android-inputs.ts'
import type { Effort } from './effort.ts'

/** Checks one registration; false or a rejection refuses it. */
type Check = (one: AndroidRegistration) => boolean | Promise<boolean>

const nothing = { commits: 'nothing', issues: 'nothing' } as const
const everyRule =
  'four signatures to a pinned key; names, shape, CA rule, dates, revocation; the key description and what it says ' +
  'of hardware, boot state, origin, purpose, biometric, app and challenge'

/** Android key attestation against its bare signatures: the chain alone, and within a WebAuthn registration. */
export function androidPlans(
  effort: Effort,
): readonly { readonly id: string; readonly start: () => Promise<Plan> }[] {
  return variants.map((variant) => ({ id: variant.id, start: async () => start(variant, effort) }))
}

interface Variant extends Pick<Plan, 'id' | 'title' | 'question' | 'subject' | 'aim'> {
  readonly sides: () => readonly (Omit<DescribedSide, 'runBlock'> & { readonly check: Check })[]
}

const variants: readonly Variant[] = [
  {
    id: 'android-chain',
    title: 'An Android attestation chain of a device never seen',
    question:
      'One remotely provisioned chain of five certificates (P-256 twice, P-384 twice), every rule of policy L2, ' +
      'against nothing but its four signature checks. The device is new, so both sides import its attestation key; ' +
      'Google’s certificates are those of all devices, and we remember which of them we have verified.',
    subject: 'verifyAndroidKeyAttestation',
    aim: 1.15,
    sides: () => {
      const crypto = createNodeCrypto({ cachedKeys: 8 })
      return [
        {
          name: 'bare signatures',
          verifies: 'imports the attestation key, then the four signatures over ready bytes',
          ...nothing,
          check: ({ chainSignatures }) => chainSignatures.every(isRightOnceImported),
        },
        {
          name: 'verifyAndroidKeyAttestation',
          verifies: `${everyRule}; the two signatures on Google’s certificates are remembered`,
          ...nothing,
          check: async ({ chain }) => (await verifyAndroidKeyAttestation({ ...chain, crypto })).testOnly,
        },
      ]
    },
  },
  {
    id: 'android-chain-cold',
    title: 'An Android attestation chain, nothing remembered',
    question:
      'The same as the first chain after a start: no key imported and no certificate verified before. Both sides ' +
      'import all four keys.',
    subject: 'verifyAndroidKeyAttestation',
    aim: 1.15,
    sides: () => [
      {
        name: 'bare signatures',
        verifies: 'imports the four keys, then the four signatures over ready bytes',
        ...nothing,
        check: ({ chainSignatures }) =>
          chainSignatures.every((check) => isRight({ ...check, key: importSpki(check.spki) })),
      },
      {
        name: 'verifyAndroidKeyAttestation',
        verifies: `${everyRule}; with a crypto port made for this one chain`,
        ...nothing,
        check: async ({ chain }) =>
          (await verifyAndroidKeyAttestation({ ...chain, crypto: createNodeCrypto() })).testOnly,
      },
    ],
  },
  {
    id: 'android-registration',
    title: 'A WebAuthn registration with android-key attestation',
    question:
      'One registration response in WebAuthn JSON with such a chain, from devices never seen, against its five ' +
      'signature checks: four of the chain and one of the statement.',
    subject: 'verifyRegistration',
    sides: () => {
      const crypto = createNodeCrypto({ cachedKeys: 8 })
      return [
        {
          name: 'bare signatures',
          verifies: 'imports attestation and credential key, then the five signatures over ready bytes',
          ...nothing,
          check: ({ chainSignatures, statementSignature }) =>
            chainSignatures.every(isRightOnceImported) && isRightOnceImported(statementSignature),
        },
        {
          name: 'verifyRegistration',
          verifies: `WebAuthn Level 3 §7.1 and §8.4, and of the chain ${everyRule}`,
          ...nothing,
          check: async ({ registration }) =>
            (await verifyRegistration({ ...registration, crypto })).level === 'L2',
        },
        {
          name: '@simplewebauthn/server',
          verifies:
            'WebAuthn §7.1; of the chain signatures, dates by today’s clock, the root’s certificate, challenge and ' +
            'allApplications; nothing about hardware, boot state, biometric, app or revocation',
          ...nothing,
          check: bySimpleWebAuthn(),
        },
      ]
    },
  },
]

function isRight({ hash, data, key, signature }: SignatureCheck): boolean {
  return verify(hash, data, key, signature)
}

function isRightOnceImported(check: SignatureCheck): boolean {
  return isRight(check.shared ? check : { ...check, key: importSpki(check.spki) })
}

function bySimpleWebAuthn(): Check {
  SettingsService.setRootCertificates({ identifier: 'android-key', certificates: [rootPem] })
  return async ({ registration }) => {
    const response = registration.response as unknown as VerifyRegistrationResponseOpts['response']
    return (await verifyRegistrationResponse({ response, ...peerExpectation })).verified
  }
}

function start({ sides, ...variant }: Variant, effort: Effort): Plan {
  // More devices than the verifier remembers, so that none is known when it comes again.
  const keys = effort.smoke ? 16 : 1024
  const block = effort.smoke ? 4 : 32
  const inputs = makeAndroidRegistrations(keys)
  return {
    ...variant,
    floor: 'bare signatures',
    rounds: effort.rounds,
    warmUp: effort.warmUp,
    block,
    keys,
    sides: sides().map(({ check, ...described }) => ({
      ...described,
      runBlock: async (round) => {
        if (round === 0) await provesItself(check, inputs)
        const own = Array.from({ length: block }, (_, at) => inputs[(round * block + at) % keys])
        return measureHere(block, async () => {
          for (const input of own) {
            const verdict = check(input as AndroidRegistration)
            if (!(typeof verdict === 'boolean' ? verdict : await verdict)) {
              throw new Error('A genuine registration was refused.')
            }
          }
        })
      },
    })),
  }
}

/** A side that refuses nothing would be quick: each refuses a chain through another device’s key before it is measured. */
async function provesItself(check: Check, [one, other]: readonly AndroidRegistration[]): Promise<void> {
  if (one === undefined || other === undefined) throw new Error('Unexpected number of devices, expected two.')
  const accepted = await Promise.resolve(forged(one, other))
    .then(check)
    .catch(() => false)
  if (accepted) throw new Error('A side accepted a chain through the key of another device.')
}
