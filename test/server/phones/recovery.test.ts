import { createECDH } from 'node:crypto'
import type { RecoveryKeyAnswer, RecoveryPublicKeyAnswer } from '@keybound/protocol'
import type { KeyboundServerOptions, ServerTrust } from '@keybound/server'
import { describe, expect, test } from 'vitest'
import { createAndroidPhone } from '../../support/phones/android-phone.ts'
import { type PhoneServer, phoneTrust, startPhoneServer } from '../../support/phones/phone-server.ts'
import { refusal, startServer } from '../../support/server.ts'

const recovery = { level: 'L2', maxAge: 300 } as const

async function start(options: Partial<KeyboundServerOptions> = {}) {
  const server = await startPhoneServer({}, { policy: { recovery }, ...options })
  const phone = createAndroidPhone()
  await server.registerPhone(phone)
  const { session } = (await server.signInByPhone(phone)).json
  return { server, phone, token: session.token }
}

const publicOf = async ({ call }: PhoneServer, token: string) =>
  (await call<RecoveryPublicKeyAnswer>('GET', '/v1/recovery-key', { token })).json

const release = ({ call }: PhoneServer, token: string, kid: string) =>
  call<RecoveryKeyAnswer>('POST', '/v1/recovery-key', { token, body: { kid } })

describe('the recovery key of an account', () => {
  test('is released to a registered device: the private half of what is wrapped to', async () => {
    const { server, token } = await start()
    const { kid, publicKey } = await publicOf(server, token)
    const { status, json } = await release(server, token, kid)
    expect(status).toBe(200)
    const key = createECDH('prime256v1')
    key.setPrivateKey(json.privateKey, 'base64url')
    expect([json.publicKey, key.getPublicKey('base64url')]).toEqual([publicKey, publicKey])
    expect(Buffer.from(publicKey, 'base64url')).toHaveLength(65)
    expect(server.events.at(-1)).toMatchObject({ type: 'recovery.released', account: server.ada })
    expect(JSON.stringify(server.events)).not.toContain(json.privateKey)
  })

  test('stays the same on a new device, and is another for another account', async () => {
    const { server, token } = await start()
    const { kid, publicKey } = await publicOf(server, token)
    const next = createAndroidPhone()
    await server.registerPhone(next)
    const { session } = (await server.signInByPhone(next)).json
    expect((await release(server, session.token, kid)).json.publicKey).toBe(publicKey)
    const grace = await server.signIn('grace')
    expect((await publicOf(server, grace.session.token)).publicKey).not.toBe(publicKey)
  })

  test('is not released to a password, nor to a signature of long ago', async () => {
    const { server, token } = await start()
    const { kid } = await publicOf(server, token)
    const { session } = await server.signIn()
    const refused = await release(server, session.token, kid)
    expect(refused).toMatchObject({ status: 401, ...refusal('step_up_required') })
    expect(refused.headers.get('www-authenticate')).toContain('max_age="300"')
    server.clock.advance(300)
    expect((await release(server, token, kid)).status).toBe(200)
    server.clock.advance(1)
    expect(await release(server, token, kid)).toMatchObject(refusal('step_up_required'))
  })

  test('is not released to a device below the level, nor to one that was removed or suspended', async () => {
    const development: ServerTrust = { ...phoneTrust, development: 'loopback' }
    const { server, token } = await start({
      trust: development,
      policy: { recovery, evidence: { suspendOn: ['attestation_untrusted'] } },
    })
    const { kid } = await publicOf(server, token)
    const emulator = createAndroidPhone()
    await server.registerPhone(emulator, { selfAttested: true })
    const low = (await server.signInByPhone(emulator)).json.session
    expect(low.acr).toBe('L1')
    expect(await release(server, low.token, kid)).toMatchObject(refusal('recovery_refused'))
    await server.server.evidence.judgeAgain({ trust: { roots: [] } })
    expect(await release(server, token, kid)).toMatchObject(refusal('recovery_refused'))
  })

  test('is of a key that the server gave', async () => {
    const { server, token } = await start()
    for (const kid of ['AAAAAAAAAAA', '', 'x'.repeat(12)]) {
      expect(await release(server, token, kid)).toMatchObject(refusal('invalid_request'))
    }
  })

  test('is there only where the policy has it', async () => {
    const { server, token } = await start({ policy: {} })
    expect(await server.call('GET', '/v1/recovery-key', { token })).toMatchObject(refusal('not_found'))
    const wrong = { level: 'L2', maxAge: 901 } as const
    await expect(startServer({ policy: { recovery: wrong } })).rejects.toMatchObject({
      code: 'configuration_invalid',
    })
  })
})
