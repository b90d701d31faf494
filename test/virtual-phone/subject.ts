import { androidPolicies, parseStatusList, verifyAndroidKeyAttestation } from '@keybound/attestation'
import type { ConformanceSubject, MakeSubject, PhoneNeeds } from '@keybound/phone/conformance'
import { decodeBase64Url } from '@keybound/protocol'
import {
  createVirtualAuthority,
  type VirtualIosOptions,
  type VirtualPhone,
  virtualPhone,
} from '@keybound/virtual-phone'

export const authority = createVirtualAuthority()

const policy = {
  ...androidPolicies.L2,
  applications: [
    {
      packageName: 'com.example.bank',
      signerDigests: [Buffer.from('keybound-virtual-signer-00000000').toString('hex')],
    },
  ],
}

/** Judges a chain as a server does that trusts the virtual authority. */
export const judge: ConformanceSubject['judge'] = async (chain, challenge, role) => {
  const now = new Date()
  const { androidRoot } = await authority
  const status = parseStatusList({ entries: {} })
  return verifyAndroidKeyAttestation({
    chain: chain.map((certificate) => decodeBase64Url(certificate)),
    challenge: decodeBase64Url(challenge),
    role,
    policy,
    trust: { roots: [androidRoot], status, statusFetchedAt: now, testOnly: true },
    issuedAt: now,
    now,
  })
}

/** A virtual phone as a case needs it. */
export function phoneOf(
  { platform, software, ...needs }: PhoneNeeds,
  more: Pick<VirtualIosOptions, 'files'> = {},
): VirtualPhone {
  return platform === 'android'
    ? virtualPhone.android({ ...needs, ...more, authority, emulator: software ?? false })
    : virtualPhone.ios({ ...needs, ...more, authority, simulator: software ?? false })
}

/** The virtual phone under test. */
export const makeVirtual: MakeSubject = async (needs) => {
  const phone = phoneOf(needs)
  return { hardware: phone.hardware, world: phone, judge }
}
