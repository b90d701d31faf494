import {
  type AndroidKeyPolicy,
  AttestationError,
  androidPolicies,
  judgeAndroidKeyAttestation,
  parseStatusList,
  verifyAppAttestation,
} from '@keybound/attestation'
import { decodeBase64Url } from '@keybound/protocol'
import { createVirtualAuthority, type VirtualPhone, virtualPhone } from '@keybound/virtual-phone'
import { describe, expect, test } from 'vitest'
import { authority } from './subject.ts'

const request = {
  alias: 'key',
  role: 'signing',
  enrolment: 'currentSet',
  strongBox: 'preferred',
  allowSoftware: true,
  attestationChallenge: 'A'.repeat(43),
} as const

const applications = [
  {
    packageName: 'com.example.bank',
    signerDigests: [Buffer.from('keybound-virtual-signer-00000000').toString('hex')],
  },
]

interface Judging {
  readonly policy?: Partial<AndroidKeyPolicy>
  readonly testOnly?: boolean
}

/** The code a server refuses this phone's signing key with, or `accepted`. */
async function verdict(
  { hardware }: VirtualPhone,
  { policy, testOnly = true }: Judging = {},
): Promise<string> {
  const { chain } = await hardware.createKey(request)
  const now = new Date()
  const { error } = await judgeAndroidKeyAttestation({
    chain: chain.map((certificate) => decodeBase64Url(certificate)),
    challenge: new Uint8Array(32),
    role: 'signing',
    policy: { ...androidPolicies.L2, applications, ...policy },
    trust: {
      roots: [(await authority).androidRoot],
      status: parseStatusList({ entries: {} }),
      statusFetchedAt: now,
      testOnly,
    },
    issuedAt: now,
    now,
  })
  return error?.code ?? 'accepted'
}

describe('an Android phone at L2', () => {
  test.for(['remote', 'factory'] as const)('is accepted with %s keys', async (provisioning) => {
    expect(await verdict(virtualPhone.android({ authority, provisioning }))).toBe('accepted')
  })

  test('with factory keys is refused where remote ones are demanded, as at R', async () => {
    const phone = virtualPhone.android({ authority, provisioning: 'factory' })
    expect(await verdict(phone, { policy: { provisioning: 'remote' } })).toBe(
      'attestation_provisioning_refused',
    )
  })

  test.for(['unlockBootloader', 'root'] as const)('is refused after %s', async (misuse) => {
    const phone = virtualPhone.android({ authority })
    await phone[misuse]()
    expect(await verdict(phone)).toBe('boot_state_refused')
  })

  test('is refused as an emulator', async () => {
    expect(await verdict(virtualPhone.android({ authority, emulator: true }))).toBe('attestation_untrusted')
  })

  test('is refused with an app that somebody else signed, or with another app', async () => {
    const phone = virtualPhone.android({ authority })
    await phone.resign(new Uint8Array(32).fill(9))
    expect(await verdict(phone)).toBe('app_identity_mismatch')
    expect(await verdict(virtualPhone.android({ authority, appId: 'com.example.other' }))).toBe(
      'app_identity_mismatch',
    )
  })

  test('is refused with a chain of another authority, and with this one where test roots are not trusted', async () => {
    const foreign = virtualPhone.android({ authority: createVirtualAuthority() })
    expect(await verdict(foreign)).toBe('attestation_untrusted')
    expect(await verdict(virtualPhone.android({ authority }), { testOnly: false })).toBe(
      'attestation_untrusted',
    )
  })
})

describe('an iPhone', () => {
  const clientDataHash = new Uint8Array(32).fill(3)
  const app = { teamId: 'ABCDE12345', bundleId: 'com.example.bank' }

  async function attest(phone: VirtualPhone, testOnly = true): Promise<string> {
    const keyId = await phone.hardware.appAttestKey('registration')
    const hash = Buffer.from(clientDataHash).toString('base64url')
    const attestationObject = decodeBase64Url(await phone.hardware.appAttestAttest(keyId, hash))
    const now = new Date()
    const trust = { roots: [(await authority).appleRoot], testOnly }
    return verifyAppAttestation({
      attestationObject,
      clientDataHash,
      keyId,
      app,
      trust,
      issuedAt: now,
      now,
    }).then(
      () => 'accepted',
      (error: unknown) => {
        if (error instanceof AttestationError) return error.code
        throw error
      },
    )
  }

  test('is accepted as what it is, and refused as another app, a development build, or by another authority', async () => {
    expect(await attest(virtualPhone.ios({ authority }))).toBe('accepted')
    const resigned = virtualPhone.ios({ authority })
    await resigned.resign(new Uint8Array(32))
    expect(await attest(resigned)).toBe('app_identity_mismatch')
    expect(await attest(virtualPhone.ios({ authority, debuggable: true }))).not.toBe('accepted')
    expect(await attest(virtualPhone.ios({ authority: createVirtualAuthority() }))).not.toBe('accepted')
    expect(await attest(virtualPhone.ios({ authority }), false)).not.toBe('accepted')
  })
})
