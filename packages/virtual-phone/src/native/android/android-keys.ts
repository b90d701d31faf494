import type { CreatedKey, KeyLevel, KeyRequest, SecureHardware } from '@keybound/phone'
import { type Bytes, SystemFailure } from '../../channel/channel.ts'
import { spkiOfCertificate } from '../../crypto/certificate-key.ts'
import type { AndroidKeyInfo, GenerateRequest } from '../../system/android/calls.ts'
import { checkName, decode, encode } from '../bytes.ts'
import { hardwareError, invalidArgument } from '../errors.ts'
import type { AndroidChannel } from './android-hardware.ts'
import type { KeyRecords } from './android-records.ts'
import { creationFailure, keystoreFailure, withKeystore } from './failures.ts'

const strong = 2
const levels: readonly KeyLevel[] = ['software', 'trustedEnvironment', 'strongBox']

type Keys = Pick<SecureHardware, 'createKey' | 'keyState' | 'deleteKey' | 'listKeys'>

/** Makes, probes and deletes keys of Android's key store, by the rules of android.md §3, §4, §9 and §10. */
export function createAndroidKeys(system: AndroidChannel, records: KeyRecords): Keys {
  async function createKey(request: KeyRequest): Promise<CreatedKey> {
    const alias = checkName(request.alias)
    const challenge = decode(request.attestationChallenge)
    if (challenge.length !== 32) throw invalidArgument('attestation challenge', '32 bytes')
    if (request.role !== 'proof') await refuseUnready()
    const { apiLevel } = await system.call('app.info', {})
    const spec = specOf(alias, request, challenge, apiLevel)
    const chain = await generate(spec, request.role === 'proof' ? 'no' : request.strongBox)
    try {
      const info = await system.call('keystore.keyInfo', { alias })
      readBack(request, info)
      await records.write(alias, request.role)
      const [leaf = new Uint8Array(0)] = chain
      const level = levels[info.securityLevel] ?? 'software'
      return { publicKey: encode(spkiOfCertificate(leaf)), level, chain: chain.map(encode) }
    } catch (error) {
      await system.call('keystore.delete', { alias })
      throw keystoreFailure(error)
    }
  }

  /** StrongBox says it is there and fails: with `preferred` the trusted environment does as well. */
  async function generate(
    spec: GenerateRequest,
    strongBox: KeyRequest['strongBox'],
  ): Promise<readonly Bytes[]> {
    if (strongBox !== 'no') {
      try {
        const { chain } = await system.call('keystore.generate', { ...spec, strongBoxBacked: true })
        return chain
      } catch (error) {
        if (!isStrongBoxFailure(error)) throw creationFailure(error)
        if (strongBox === 'required') {
          throw hardwareError(
            'strongBoxUnavailable',
            'Unexpected device, expected one with StrongBox.',
            error.number,
          )
        }
      }
    }
    try {
      return (await system.call('keystore.generate', spec)).chain
    } catch (error) {
      throw creationFailure(error)
    }
  }

  /** The system refuses too, with one exception for all of it; this says which. */
  async function refuseUnready(): Promise<void> {
    if (!(await system.call('keyguard.isDeviceSecure', {})).secure) {
      throw hardwareError('passcodeNotSet', 'Unexpected phone without screen lock. Set one in the settings.')
    }
    const { code } = await system.call('biometric.canAuthenticate', { authenticators: 15 })
    if (code === 0) return
    const weak = (await system.call('biometric.canAuthenticate', { authenticators: 255 })).code
    if (weak === 0) {
      throw hardwareError(
        'weakOnly',
        'Unexpected sensor of class 2, expected class 3: it opens no keys.',
        code,
      )
    }
    if (code === 11)
      throw hardwareError('notEnrolled', 'Unexpected phone without biometrics. Enrol one.', code)
    if (code === 15)
      throw hardwareError('securityUpdateRequired', 'Unexpected flaw of the sensor. Update.', code)
    throw hardwareError('notAvailable', 'Unexpected phone whose sensor cannot be used now.', code)
  }

  return {
    createKey,
    async keyState(alias) {
      checkName(alias)
      try {
        const purpose = (await records.read(alias))?.role === 'sealing' ? 'decrypt' : 'sign'
        const mgf1Digest = purpose === 'decrypt' ? 'SHA-1' : null
        const probe = { alias, purpose, digest: 'SHA-256', mgf1Digest } as const
        const { operation } = await system.call('keystore.begin', probe)
        await system.call('keystore.abort', { operation })
        return 'ready'
      } catch (error) {
        if (!(error instanceof SystemFailure)) throw error
        if (error.exception === 'KeyPermanentlyInvalidatedException') return 'invalidated'
        // Removing the screen lock deletes keys: one that is remembered and not there was destroyed.
        if (error.exception === 'KeyNotFound') return (await records.read(alias)) ? 'invalidated' : 'missing'
        throw keystoreFailure(error)
      }
    },
    async deleteKey(alias) {
      checkName(alias)
      await withKeystore(() => system.call('keystore.delete', { alias }))
      await records.remove(alias)
    },
    async listKeys(prefix) {
      const { aliases } = await withKeystore(() => system.call('keystore.aliases', {}))
      return aliases.filter((alias) => !alias.startsWith('.') && alias.startsWith(prefix))
    },
  }
}

function isStrongBoxFailure(error: unknown): error is SystemFailure {
  return (
    error instanceof SystemFailure &&
    ['StrongBoxUnavailableException', 'ProviderException'].includes(error.exception)
  )
}

function specOf(alias: string, request: KeyRequest, challenge: Bytes, apiLevel: number): GenerateRequest {
  const authenticated = request.role !== 'proof'
  const sealing = request.role === 'sealing'
  return {
    alias,
    algorithm: sealing ? 'RSA' : 'EC',
    purposes: [sealing ? 'decrypt' : 'sign'],
    digests: ['SHA-256'],
    paddings: sealing ? ['OAEP'] : [],
    // Before API 35 the key store's MGF1 is SHA-1 and cannot be named.
    mgf1Digests: sealing && apiLevel >= 35 ? ['SHA-1'] : [],
    strongBoxBacked: false,
    userAuthenticationRequired: authenticated,
    userAuthenticationValidity: apiLevel >= 30 ? 0 : -1,
    userAuthenticationType: authenticated ? strong : 0,
    invalidatedByBiometricEnrollment: authenticated && request.enrolment === 'currentSet',
    attestationChallenge: challenge,
  }
}

/** What the system really made must be what was asked for (android.md §4). */
function readBack(request: KeyRequest, info: AndroidKeyInfo): void {
  const refuse = (found: string) =>
    hardwareError('policyNotEnforced', `Unexpected key: ${found}. This device cannot be registered.`)
  const inHardware = info.securityLevel >= 1 && info.insideSecureHardware
  if (!inHardware && !request.allowSoftware) throw refuse('it lives in software')
  if (request.strongBox === 'required' && request.role !== 'proof' && info.securityLevel !== 2) {
    throw refuse('it does not live in StrongBox')
  }
  if (request.role === 'proof') {
    if (info.userAuthenticationRequired) throw refuse('it asks for a prompt')
    return
  }
  if (!info.userAuthenticationRequired) throw refuse('it works without a biometric')
  if (inHardware && !info.userAuthenticationRequirementEnforcedBySecureHardware) {
    throw refuse('the system guards it, not the hardware')
  }
  if (info.userAuthenticationValidityDurationSeconds > 0) throw refuse('one biometric is good for a while')
  if (info.userAuthenticationType !== strong) throw refuse('something else than a strong biometric opens it')
  if (info.invalidatedByBiometricEnrollment !== (request.enrolment === 'currentSet')) {
    throw refuse('enrolment does to it what was not asked for')
  }
}
