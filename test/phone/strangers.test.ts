import { phonePlatform } from '@keybound/phone'
import type { RegistrationOptionsJSON } from '@keybound/protocol'
import { virtualPhone } from '@keybound/virtual-phone'
import {
  SettingsService,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { expect, test } from 'vitest'
import { androidOrigin, authority, iosOrigin, models, own } from './support/phones.ts'

const rpId = 'bank.example'
const challenge = Buffer.alloc(32, 7).toString('base64url')
const signal = new AbortController().signal
const options: RegistrationOptionsJSON = {
  rp: { id: rpId, name: 'Bank' },
  user: { id: Buffer.from('ada').toString('base64url'), name: 'ada', displayName: 'Ada' },
  challenge,
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  timeout: 60_000,
  excludeCredentials: [],
  authenticatorSelection: {
    residentKey: 'preferred',
    requireResidentKey: false,
    userVerification: 'required',
  },
  attestation: 'direct',
}

test.each(models)(
  'a stranger’s relying party verifies registration and assertion of a virtual %s',
  async (model) => {
    const issuer = await authority()
    const phone = virtualPhone[model]({ authority: issuer })
    const platform = phonePlatform({ hardware: phone.hardware })
    const pem = pemOf(issuer.androidRoot)
    SettingsService.setRootCertificates({ identifier: 'android-key', certificates: [pem] })
    const expected = {
      expectedOrigin: model === 'android' ? androidOrigin : iosOrigin,
      expectedRPID: rpId,
      expectedChallenge: challenge,
      requireUserVerification: true,
    }

    void phone.touch(own)
    const { response } = await platform.register(options, signal)
    const registered = await verifyRegistrationResponse({ response: response as never, ...expected })
    expect(registered.verified).toBe(true)
    expect(registered.registrationInfo).toMatchObject({
      fmt: model === 'android' ? 'android-key' : 'packed',
      credential: { id: response.id, counter: 0 },
      userVerified: true,
      credentialDeviceType: 'singleDevice',
      credentialBackedUp: false,
    })
    await platform.keep?.(response.id)

    void phone.touch(own)
    const assertion = await platform.authenticate(
      { challenge, rpId, timeout: 60_000, allowCredentials: [], userVerification: 'required' },
      signal,
    )
    const { credential } = registered.registrationInfo ?? {}
    if (!credential) throw new Error('Unexpected registration without a credential.')
    const signedIn = await verifyAuthenticationResponse({
      response: assertion as never,
      credential,
      ...expected,
    })
    expect(signedIn).toMatchObject({
      verified: true,
      authenticationInfo: { newCounter: 0, userVerified: true },
    })
    expect(phone.prompts).toHaveLength(2)
  },
)

/** As the stranger writes PEM: it compares text. */
function pemOf(certificate: Uint8Array): string {
  const lines =
    Buffer.from(certificate)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
