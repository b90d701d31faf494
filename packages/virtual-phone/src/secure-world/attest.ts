import type { ProvisioningKind } from '../authority/android-issuer.ts'
import type { Provisioned, VirtualAuthority } from '../authority/authority.ts'
import { attribute, type CertificateBody, keyUsage } from '../authority/certificate.ts'
import {
  type DescriptionSpec,
  keyDescriptionOid,
  type Tags,
  tagValue,
  writeKeyDescription,
} from '../authority/key-description.ts'
import type { Bytes } from '../channel/channel.ts'
import type { AttestationRequest, KeyPolicy, WorldLevel } from './types.ts'

/** What a phone's attestations say about it, besides its keys. */
export interface AttestedDevice {
  readonly provisioning: ProvisioningKind
  /** Hexadecimal, 16 digits. */
  readonly id: string
  /** `MMmmss`. */
  readonly osVersion: number
  /** `YYYYMM`. */
  readonly osPatchLevel: number
}

export type Bootloader = 'locked' | 'unlocked'

export interface AttesterOptions {
  readonly device: AttestedDevice
  readonly authority: () => Promise<VirtualAuthority>
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number
}

const number = tagValue.number
const digestCodes: Readonly<Record<string, number>> = { 'SHA-1': 2, 'SHA-256': 4, 'SHA-512': 6 }
const renewal = 7 * 86_400_000

/** Writes chains: leaf by the phone's attestation key, whose certificates the authority gave. */
export function createAttester({ device, authority, now }: AttesterOptions) {
  const provisioned = new Map<string, { at: number; keys: Promise<Provisioned> }>()

  /** Remotely provisioned keys are renewed before their certificate ends, as Android does in the background. */
  async function attestationKey(level: WorldLevel): Promise<Provisioned> {
    const kept = provisioned.get(level)
    if (kept !== undefined && Math.abs(now() - kept.at) < renewal) return kept.keys
    const kind = level === 'software' ? 'software' : device.provisioning
    const keys = authority().then(({ provision }) =>
      provision({
        kind,
        level: level === 'strongBox' ? 'StrongBox' : 'TEE',
        device: level === 'strongBox' ? `${device.id.slice(1)}f` : device.id,
        at: new Date(now()),
      }),
    )
    provisioned.set(level, { at: now(), keys })
    return keys
  }

  return async (
    policy: KeyPolicy,
    spki: Bytes,
    request: AttestationRequest,
    bootloader: Bootloader,
  ): Promise<readonly Bytes[]> => {
    const { key, certificates, subject } = await attestationKey(policy.level)
    const leaf: CertificateBody = {
      serial: 1,
      issuer: subject,
      subject: [[attribute.commonName, 'Android Keystore Key']],
      // The device sets these dates, and hardly any device sets them right.
      notBefore: new Date(0),
      notAfter: new Date('2048-01-01T00:00:00Z'),
      spki,
      extensions: [
        keyUsage('digitalSignature'),
        {
          id: keyDescriptionOid,
          value: writeKeyDescription(describe(device, policy, request, bootloader)),
        },
      ],
    }
    return [await key.sign(leaf), ...certificates]
  }
}

/** What KeyMint says of a key. StrongBox of this phone is a version behind its TEE, as it is on real ones. */
function describe(
  device: AttestedDevice,
  policy: KeyPolicy,
  request: AttestationRequest,
  bootloader: Bootloader,
): DescriptionSpec {
  const version = policy.level === 'strongBox' ? 300 : 400
  const level = { software: 0, tee: 1, strongBox: 2, enclave: 1 }[policy.level]
  const enforced = { ...useTags(policy), ...deviceTags(device, bootloader) }
  const software: Tags = {
    701: number(request.createdAt),
    709: tagValue.applicationId([[request.packageName, request.appVersion]], request.signers),
  }
  return {
    attestationVersion: version,
    attestationSecurityLevel: level,
    keyMintVersion: version,
    keyMintSecurityLevel: level,
    challenge: request.challenge,
    softwareEnforced: level === 0 ? { ...useTags(policy), ...software, 702: number(0) } : software,
    hardwareEnforced: level === 0 ? {} : enforced,
  }
}

function useTags({ algorithm, purposes, digests, mgfDigests, authorisation }: KeyPolicy): Tags {
  const codes = (names: readonly string[]) => tagValue.numbers(...names.map((name) => digestCodes[name] ?? 0))
  const key: Tags =
    algorithm === 'RSA'
      ? {
          1: tagValue.numbers(...purposes.map((purpose) => (purpose === 'sign' ? 2 : 1))),
          2: number(1),
          3: number(2048),
          5: codes(digests),
          6: tagValue.numbers(2),
          200: number(65537),
          203: codes(mgfDigests),
        }
      : {
          1: tagValue.numbers(...purposes.map((purpose) => (purpose === 'sign' ? 2 : 1))),
          2: number(3),
          3: number(256),
          5: codes(digests),
          10: number(1),
        }
  if (authorisation === null) return { ...key, 503: tagValue.present() }
  const { types, timeout } = authorisation
  return { ...key, 504: number(types), ...(timeout > 0 ? { 505: number(timeout / 1000) } : {}) }
}

/** An unlocked phone says so, and shows a boot key of zeros. */
function deviceTags({ osVersion, osPatchLevel }: AttestedDevice, bootloader: Bootloader): Tags {
  return {
    702: number(0),
    704: tagValue.rootOfTrust(
      bootloader === 'locked' ? {} : { bootKey: new Uint8Array(32), locked: false, state: 2 },
    ),
    705: number(osVersion),
    706: number(osPatchLevel),
    718: number(osPatchLevel * 100 + 5),
    719: number(osPatchLevel * 100 + 5),
  }
}
