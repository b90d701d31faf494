import { defineCase } from '../case.ts'
import { challenge } from '../common.ts'
import { ensure, equal, rejects } from '../expect.ts'

/** App Attest, and what the other system has instead. */
export const integrityCases = [
  defineCase({
    id: 'A01',
    proves: 'An App Attest key stays the same for its name, and is attested once.',
    source: 'DCAppAttestService; ios.md §6',
    platforms: ['ios'],
    onlyOnDevice: 'Apple’s server, and its certificate',
    run: async ({ hardware }) => {
      const keyId = await hardware.appAttestKey('one')
      equal(await hardware.appAttestKey('one'), keyId, 'key id')
      ensure((await hardware.appAttestKey('two')) !== keyId, 'one key for two names')
      ensure((await hardware.appAttestAttest(keyId, challenge)).length > 0, 'an empty attestation')
      await rejects(hardware.appAttestAttest(keyId, challenge), 'invalidArgument', 'second attestation')
      ensure((await hardware.appAttestAssert(keyId, challenge)).length > 0, 'an empty assertion')
    },
  }),
  defineCase({
    id: 'A02',
    proves: 'When Apple’s server is silent the same key can be attested later.',
    source: 'DCError.serverUnavailable; ios.md §6',
    platforms: ['ios'],
    uses: ['failNext'],
    run: async ({ hardware, world }) => {
      const keyId = await hardware.appAttestKey('one')
      await world.failNext({ call: 'appAttest.attestKey', exception: 'DCError', number: 4 })
      await rejects(hardware.appAttestAttest(keyId, challenge), 'integrityUnavailable', 'appAttestAttest', 4)
      await hardware.appAttestAttest(keyId, challenge)
    },
  }),
  defineCase({
    id: 'A03',
    proves: 'A simulator says that it has no App Attest.',
    source: 'DCAppAttestService.isSupported',
    platforms: ['ios'],
    needs: { software: true },
    run: async ({ hardware }) => {
      equal((await hardware.describe()).appIntegrity, false, 'appIntegrity')
      await rejects(hardware.appAttestKey('one'), 'unsupported', 'appAttestKey')
    },
  }),
  defineCase({
    id: 'A04',
    proves: 'Calls of the other system are unsupported, not silent.',
    source: 'SecureHardware.appAttestKey, integrityToken',
    run: async ({ hardware, platform }) => {
      if (platform === 'ios') return rejects(hardware.integrityToken('AQID'), 'unsupported', 'integrityToken')
      await rejects(hardware.appAttestKey('one'), 'unsupported', 'appAttestKey')
      await rejects(hardware.appAttestAttest('one', challenge), 'unsupported', 'appAttestAttest')
      await rejects(hardware.appAttestAssert('one', challenge), 'unsupported', 'appAttestAssert')
      // Without a provider of the host app there are no tokens either.
      await rejects(hardware.integrityToken('AQID'), 'unsupported', 'integrityToken')
    },
  }),
]
