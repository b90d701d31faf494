import { decodeBase64Url, encodeBase64Url } from '@keybound/protocol'
import { defineCase } from '../case.ts'
import { changed, createKey, message, pointOf, proof } from '../common.ts'
import { ensure, equal, rejects } from '../expect.ts'

const mebibyte = 1_048_576

/** Keys in native memory, and the small things that native code does. */
export const memoryCases = [
  defineCase({
    id: 'M01',
    proves: 'AES-256-GCM with a fresh nonce each time, laid out as nonce ‖ ciphertext ‖ tag.',
    source: 'SecureHardware.aeadSeal',
    run: async ({ hardware }) => {
      const key = await hardware.newDataKey()
      const first = await hardware.aeadSeal(key, 'AQID', 'AA')
      const second = await hardware.aeadSeal(key, 'AQID', 'AA')
      equal(decodeBase64Url(first).length, 12 + 3 + 16, 'length')
      ensure(first.slice(0, 16) !== second.slice(0, 16), 'the same nonce twice')
      equal(await hardware.aeadOpen(key, first, 'AA'), 'AQID', 'what was sealed')
      equal(await hardware.aeadOpen(key, await hardware.aeadSeal(key, '', ''), ''), '', 'nothing, sealed')
    },
  }),
  defineCase({
    id: 'M02',
    proves: 'Nothing opens unless key, bytes and associated data belong together.',
    source: 'SecureHardware.aeadOpen; attacks.md B05',
    run: async ({ hardware }) => {
      const key = await hardware.newDataKey()
      const sealed = await hardware.aeadSeal(key, 'AQID', 'AA')
      const refused = (...args: Parameters<typeof hardware.aeadOpen>) =>
        rejects(hardware.aeadOpen(...args), 'openFailed', 'aeadOpen')
      await refused(await hardware.newDataKey(), sealed, 'AA')
      await refused(key, sealed, 'AQ')
      for (const at of [0, 12, -1]) await refused(key, changed(sealed, at), 'AA')
      await refused(key, '', 'AA')
    },
  }),
  defineCase({
    id: 'M03',
    proves: 'A mebibyte is sealed at once, and not a byte more.',
    source: 'SecureHardware.aeadSeal',
    run: async ({ hardware }) => {
      const key = await hardware.newDataKey()
      const most = encodeBase64Url(new Uint8Array(mebibyte))
      const sealed = await hardware.aeadSeal(key, most, '')
      ensure((await hardware.aeadOpen(key, sealed, '')) === most, 'another mebibyte')
      const more = hardware.aeadSeal(key, encodeBase64Url(new Uint8Array(mebibyte + 1)), '')
      await rejects(more, 'invalidArgument', 'aeadSeal')
    },
  }),
  defineCase({
    id: 'M04',
    proves: 'Session keys sign without a prompt, each its own, until they are closed.',
    source: 'SecureHardware.newSessionKey',
    run: async ({ hardware, world }) => {
      const first = await hardware.newSessionKey()
      const second = await hardware.newSessionKey()
      ensure(first.publicKey !== second.publicKey, 'one key twice')
      const signature = await hardware.signSession(first.handle, message)
      ensure(await hardware.verify(first.publicKey, message, signature), 'a signature that does not verify')
      ensure(!(await hardware.verify(second.publicKey, message, signature)), 'a signature of another key')
      await hardware.closeHandle(first.handle)
      await rejects(hardware.signSession(first.handle, message), 'handleUnknown', 'signSession')
      await hardware.signSession(second.handle, message)
      equal(world.prompts.length, 0, 'number of prompts')
    },
  }),
  defineCase({
    id: 'M05',
    proves: 'A handle serves its own kind of key only.',
    source: 'SecureHardware (handles)',
    run: async ({ hardware }) => {
      const dataKey = await hardware.newDataKey()
      const { handle } = await hardware.newSessionKey()
      await rejects(hardware.signSession(dataKey, message), 'handleUnknown', 'signSession')
      await rejects(hardware.aeadSeal(handle, message, ''), 'handleUnknown', 'aeadSeal')
      const wrapped = { epk: 'AAAA', wrapped: 'AAAA' }
      await rejects(hardware.unwrapDataKey(handle, wrapped), 'handleUnknown', 'unwrapDataKey')
    },
  }),
  defineCase({
    id: 'M06',
    proves: 'Random bytes are of the length asked for, and never the same.',
    source: 'SecureHardware.random',
    run: async ({ hardware }) => {
      equal(await hardware.random(0), '', 'no bytes')
      equal(decodeBase64Url(await hardware.random(70_000)).length, 70_000, 'length')
      const first = await hardware.random(32)
      ensure((await hardware.random(32)) !== first, 'the same bytes twice')
      for (const length of [-1, 1.5, mebibyte + 1]) {
        await rejects(hardware.random(length), 'invalidArgument', `random(${length})`)
      }
    },
  }),
  defineCase({
    id: 'M07',
    proves: 'SHA-256 is SHA-256.',
    source: 'FIPS 180-4 (abc)',
    run: async ({ hardware }) => {
      const abc = encodeBase64Url(new TextEncoder().encode('abc'))
      equal(await hardware.sha256(abc), 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0', 'hash')
    },
  }),
  defineCase({
    id: 'M08',
    proves: 'Verifying refuses another key, other bytes, another form of signature and no key at all.',
    source: 'SecureHardware.verify; SEC 1 §4.1.4, strict DER',
    run: async (context) => {
      const { hardware } = context
      const key = await createKey(context, 'proof')
      const signature = await hardware.signProof(proof, message)
      const point = pointOf(key.publicKey)
      equal(await hardware.verify(point, message, signature), true, 'verdict')
      equal(await hardware.verify(point, 'AQID', signature), false, 'verdict over other bytes')
      const session = await hardware.newSessionKey()
      equal(await hardware.verify(session.publicKey, message, signature), false, 'verdict by another key')
      for (const wrong of [
        changed(signature, -1),
        encodeBase64Url(decodeBase64Url(signature).slice(0, -1)),
        '',
        encodeBase64Url(new Uint8Array(64)),
      ]) {
        equal(await hardware.verify(point, message, wrong), false, 'verdict on another signature')
      }
      equal(
        await hardware.verify(encodeBase64Url(new Uint8Array(65)), message, signature),
        false,
        'verdict by no key',
      )
    },
  }),
  defineCase({
    id: 'M09',
    proves: 'What is not base64url without padding is refused, not guessed at.',
    source: 'SecureHardware (bytes); RFC 4648 §5',
    run: async ({ hardware }) => {
      for (const text of ['AQ==', 'A', 'A+/B', 'AQ ID', 'ä']) {
        await rejects(hardware.sha256(text), 'invalidArgument', `sha256(${text})`)
      }
    },
  }),
]
