import {
  androidPolicies,
  type KeyRole,
  parseStatusList,
  verifyAndroidKeyAttestation,
} from '@keybound/attestation'
import type { KeyRequest } from '@keybound/phone'
import { decodeBase64Url } from '@keybound/protocol'
import { beforeAll, describe, expect, test } from 'vitest'
import { createVirtualAuthority, type VirtualAuthority, virtualPhone } from './index.ts'

const prompt = { title: 'Sign in', subtitle: '', description: '', cancel: 'Cancel' }
const challenge = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
const request = (alias: string, role: KeyRole, more: Partial<KeyRequest> = {}): KeyRequest => ({
  alias,
  role,
  enrolment: 'currentSet',
  strongBox: 'preferred',
  allowSoftware: false,
  attestationChallenge: challenge,
  ...more,
})

let authority: VirtualAuthority
beforeAll(async () => {
  authority = await createVirtualAuthority()
})

async function judge(chain: readonly string[], role: KeyRole, level: 'L2' | 'R') {
  const now = new Date()
  return verifyAndroidKeyAttestation({
    chain: chain.map((certificate) => decodeBase64Url(certificate)),
    challenge: new Uint8Array(32),
    role,
    policy: {
      ...androidPolicies[level],
      applications: [
        {
          packageName: 'com.example.bank',
          signerDigests: [Buffer.from('keybound-virtual-signer-00000000').toString('hex')],
        },
      ],
    },
    trust: {
      roots: [authority.androidRoot],
      status: parseStatusList({ entries: {} }),
      statusFetchedAt: now,
      testOnly: true,
    },
    issuedAt: now,
    now,
  })
}

describe('a virtual Android phone', () => {
  test('signs when the right finger touches', async () => {
    const phone = virtualPhone.android({ seed: 'signs', authority })
    const { publicKey } = await phone.hardware.createKey(request('login', 'signing'))
    phone.touch('right index')
    const signature = await phone.hardware.sign('login', 'AQID', prompt)
    const point = Buffer.from(publicKey, 'base64url').subarray(26).toString('base64url')
    expect(await phone.hardware.verify(point, 'AQID', signature)).toBe(true)
    expect(phone.prompts).toHaveLength(1)
  })

  test('waits for a confirmation when a face was recognised unasked, unless the app wants none', async () => {
    const phone = virtualPhone.android({ authority, sensors: ['face'], enrolled: ['owner'] })
    const { publicKey } = await phone.hardware.createKey(request('login', 'signing'))
    const ask = async (confirmationRequired: boolean) => {
      const words = { title: 'Unlock', subtitle: '', description: '', negative: 'Cancel' }
      const prompt = { ...words, authenticators: 15, confirmationRequired, operation: null }
      return phone.system.call('prompt.show', prompt)
    }
    phone.look('owner')
    expect(await ask(false)).toMatchObject({ outcome: 'succeeded' })

    const asked = ask(true)
    await phone.look('owner')
    await phone.dismissPrompt()
    expect(await asked).toMatchObject({ outcome: 'error', code: 13 })

    const signature = phone.hardware.sign('login', 'AQID', prompt)
    await phone.look('owner')
    await phone.confirmPrompt()
    const point = Buffer.from(publicKey, 'base64url').subarray(26).toString('base64url')
    expect(await phone.hardware.verify(point, 'AQID', await signature)).toBe(true)
  })

  test.for([
    [false, []],
    [true, ['preferences/settings']],
  ] as const)('with allowBackup %s, its backup takes %j', async ([allowBackup, taken]) => {
    const phone = virtualPhone.android({ authority, allowBackup })
    const file = { bytes: new Uint8Array(1), append: false }
    await phone.system.call('files.write', { ...file, folder: 'preferences', name: 'settings' })
    await phone.system.call('files.write', { ...file, folder: 'noBackup', name: 'vault' })
    expect((await phone.backup()).map(({ folder, name }) => `${folder}/${name}`)).toEqual(taken)
    expect(await phone.readStorage()).toHaveLength(2)
  })

  test('sees nobody with a finger sensor, however they look', async () => {
    const phone = virtualPhone.android({ authority })
    await phone.hardware.createKey(request('login', 'signing'))
    await phone.look('right index')
    const signature = phone.hardware.sign('login', 'AQID', prompt)
    await phone.failPrompt(13)
    await expect(signature).rejects.toMatchObject({ code: 'userCanceled' })
  })

  test.for(['signing', 'sealing', 'proof'] as const)(
    'makes %s keys that are verified at L2',
    async (role) => {
      const phone = virtualPhone.android({ seed: role, authority })
      const { chain } = await phone.hardware.createKey(request('key', role))
      const verdict = await judge(chain, role, 'L2')
      expect(verdict.provisioning).toBe('remote')
    },
  )

  test('makes signing keys that are verified at R', async () => {
    const phone = virtualPhone.android({ authority })
    const { chain, level } = await phone.hardware.createKey(request('key', 'signing'))
    expect(level).toBe('strongBox')
    expect((await judge(chain, 'signing', 'R')).securityLevel).toBe('strongbox')
  })

  test('opens a vault pair, and nothing without the finger', async () => {
    const phone = virtualPhone.android({ authority })
    const { hardware } = phone
    await hardware.createKey(request('seal', 'sealing'))
    const pair = await hardware.newVaultPair('seal', 'context')
    phone.touch('right index')
    const opened = await hardware.openVaultPair('seal', pair, 'context', prompt)
    const key = await hardware.newDataKey()
    const sealed = await hardware.aeadSeal(key, 'AQID', '')
    const wrapped = await hardware.wrapDataKey(pair.publicKey, key)
    const again = await hardware.unwrapDataKey(opened, wrapped)
    expect(await hardware.aeadOpen(again, sealed, '')).toBe('AQID')
    await phone.forceSuccess()
    await expect(hardware.openVaultPair('seal', pair, 'context', prompt)).rejects.toMatchObject({
      code: 'keyNotAuthorized',
    })
  })
})
