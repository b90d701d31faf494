import { equalBytes, fromBase64 } from '../../internal/bytes.ts'
import { readCertificate } from '../../x509/certificate.ts'
import { describeName } from '../../x509/name.ts'
import { type PublicKeyInfo, parsePublicKeyInfo } from '../../x509/public-key.ts'

/**
 * A root that chains may lead to: a name and a key, never a certificate, because Google's RSA root has had four
 * certificates with one key, one of them expired and still sent by devices.
 */
export interface AndroidRoot {
  /** For people. */
  readonly name: string
  /**
   * `production`: stands for genuine devices. `test`: made for tests. `software`: one of Google's two published
   * software roots, whose private keys everybody has. The last two are trusted only with `testOnly`.
   */
  readonly kind: 'production' | 'test' | 'software'
  /** The subject as DER: the issuer of the certificate below when a chain leaves its root away. */
  readonly subject: Uint8Array
  readonly publicKey: PublicKeyInfo
  /**
   * When the youngest certificate of this key ends. Never judged, as a pinned key does not age; a few months before
   * it, look for the root that will follow.
   */
  readonly notAfter: Date
}

/** Google's root of factory-provisioned devices, and of remote provisioning until April 2026. RSA 4096. */
const googleRsaRoot = pinnedRoot({
  name: 'Google hardware attestation root, RSA (serialNumber=f92009e853b6b045)',
  subject: 'MBsxGTAXBgNVBAUTEGY5MjAwOWU4NTNiNmIwNDU=',
  spki: `MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAr7bHgiuxpwHsK7Qui8xUFmOr75gvMsd/dTEDDJdSSxtf6An7xyqpRR90PL2a
bxM1dEqlXnf2tqw1Ne4Xwl5jlRfdnJLmN0pTy/4lj4/7tv0Sk3iiKkypnEUtR6WfMgH0QZfKHM1+di+y9TFRtv6y//0rb+T+W8a9nsNL/ggjnar8
6461qO0rOs2cXjp3kOG1FEJ5MVmFmBGtnrKpa73XpXyTqRxB/M0n1n/W9nGqC4FSYa04T6N5RIZGBN2z2MT5IKGbFlbC8UrW0DxW7AYImQQcHtGl
/m00QLVWutHQoVJYnFPlXTcHYvASLu+RhhsbDmxMgJJ0mcDpvsC4PjvB+TxywElgS70vE0XmLD+OJtvsBslHZvPBKCOdT0MS+tgSOIfga+z1Z1g7
+DVagf7quvmag8jfPioyKvxnK/EgsTUVi2ghzq8wm27ud/mIM7AY2qEORR8Go3TVB4HzWQgpZrt3i5MIlCaY504LzSRiigHCzAPlHws+W0rB5N+e
r5/2pJKnfBSDiCiFAVtCLOZ7gLiMm0jhO2B6tUXHI/+MRPjy02i59lINMRRev56GKtcd9qO/0kUJWdZTdA2XoS82ixPvZtXQpUpuL12ab+9EaDK8
Z4RHJYYfCT3Q5vNAXaiWQ+8PTWm2QgBR/bkwSWc+NpUFgNPN9PvQi8WEg5UmAGMCAwEAAQ==`,
  notAfter: '2042-03-15T18:07:48Z',
})

/** Google's root of remotely provisioned devices, alone since 10 April 2026. ECDSA P-384. */
const googleEcRoot = pinnedRoot({
  name: 'Google Key Attestation CA1, P-384',
  subject: `MFIxHDAaBgNVBAMME0tleSBBdHRlc3RhdGlvbiBDQTExEDAOBgNVBAsMB0FuZHJvaWQxEzARBgNVBAoMCkdvb2dsZSBMTEMxCzAJBgNV
BAYTAlVT`,
  spki: `MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEI9ojcU7fPlsFCjxy6IRqzgeOoK0b+YsV9FPQywiyw8EQRTkJ9u3qwfnI4DGoSLlBqClTXJfg
fCcZvs60FikNMHnu4fkRzObfgDkU2KNXezT9/RQ+XvNslxPHrHCowhGr`,
  notAfter: '2035-07-15T22:32:18Z',
})

/**
 * The two keys that every genuine Android attestation leads to today. Source: Google's list of hardware attestation
 * roots. They ship with the package, as Google asks verifiers not to fetch roots at run time; replace or extend them
 * through `trust.roots`.
 */
export const googleRoots: readonly AndroidRoot[] = [googleRsaRoot, googleEcRoot]

/** Keys of the two software attestation roots in the Android source tree. */
const softwareKeys = [
  `MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCia63rbi5EYe/VDoLmt5TRdSMfd5tjkWP/96r/C3JHTsAsQ+wzfNes7UA+jCigZtX3hwszl94O
uE4TQKuvpSe/lWmgMdsGUmX4RFlXYfC78hdLt0GAZMAoDo9Sd47b0ke2RekZyOmLw9vCkT/X11DEHTVm+Vfkl5YLCazOkjWFmwIDAQAB`,
  `MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7l1ex+HA220Dpn7mthvsTWpdamguD/9/SQ59dx9EIm29sa/6FsvHrcV30lacqrewLVQBXT5DKyqO
107sSHVBpA==`,
].map(fromBase64)

/** Whether the key is that of a published software root: everybody has its private half, whatever its name or kind. */
export function isSoftwareKey({ spki }: PublicKeyInfo): boolean {
  return softwareKeys.some((published) => equalBytes(published, spki))
}

/**
 * Reads a root certificate. A key that is neither Google's nor a published software key is taken for a test root.
 * Refuses with `certificate_malformed`.
 */
export function readAndroidRoot(der: Uint8Array): AndroidRoot {
  const { subject, publicKey, notAfter } = readCertificate(der)
  const pinned = googleRoots.find((root) => equalBytes(root.publicKey.spki, publicKey.spki))
  if (pinned !== undefined) return pinned
  const kind = isSoftwareKey(publicKey) ? 'software' : 'test'
  return { name: describeName(subject), kind, subject: subject.raw, publicKey, notAfter }
}

/**
 * Reads a root certificate that stands for genuine devices though this package does not know it yet: the explicit
 * word by which a new production root is trusted. A published software key stays what it is.
 */
export function readProductionAndroidRoot(der: Uint8Array): AndroidRoot {
  const root = readAndroidRoot(der)
  return root.kind === 'software' ? root : { ...root, kind: 'production' }
}

interface PinnedRoot {
  readonly name: string
  readonly subject: string
  readonly spki: string
  readonly notAfter: string
}

function pinnedRoot({ name, subject, spki, notAfter }: PinnedRoot): AndroidRoot {
  const publicKey = parsePublicKeyInfo(fromBase64(spki))
  const dates = { notAfter: new Date(notAfter) }
  return { name, kind: 'production', subject: fromBase64(subject), publicKey, ...dates }
}
