import { createCipheriv, createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto'
import type {
  EscrowedKeyJSON,
  RecoveryAnswer,
  RecoveryPublicKeyAnswer,
  WrappedKeyJSON,
} from '@keybound/protocol'
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

const publicOf = async ({ call }: Pick<PhoneServer, 'call'>, token: string) =>
  (await call<RecoveryPublicKeyAnswer>('GET', '/v1/recovery-key', { token })).json

/** The vault of a device, as far as the server sees it: docs/vault.md, `ecdh-p256-hkdf-a256gcm`. */
const vault = createECDH('prime256v1')
const vaultKey = vault.generateKeys('base64url')
const dataKey = randomBytes(32)

function wrappingKey(secret: Buffer, epk: Buffer, recipient: Buffer): Buffer {
  const info = Buffer.concat([Buffer.from('keybound/vault/wrap/v1'), epk, recipient])
  return Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), info, 32))
}

function escrow({ kid, publicKey }: RecoveryPublicKeyAnswer): EscrowedKeyJSON {
  const recipient = Buffer.from(publicKey, 'base64url')
  const ephemeral = createECDH('prime256v1')
  const epk = ephemeral.generateKeys()
  const cipher = createCipheriv(
    'aes-256-gcm',
    wrappingKey(ephemeral.computeSecret(recipient), epk, recipient),
    Buffer.alloc(12),
  )
  const wrapped = Buffer.concat([cipher.update(dataKey), cipher.final(), cipher.getAuthTag()])
  return { kid, epk: epk.toString('base64url'), wrapped: wrapped.toString('base64url') }
}

function open({ epk, wrapped }: WrappedKeyJSON): Buffer {
  const point = Buffer.from(epk, 'base64url')
  const bytes = Buffer.from(wrapped, 'base64url')
  const key = wrappingKey(vault.computeSecret(point), point, vault.getPublicKey())
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.alloc(12)).setAuthTag(bytes.subarray(32))
  return Buffer.concat([decipher.update(bytes.subarray(0, 32)), decipher.final()])
}

const release = (
  { call }: Pick<PhoneServer, 'call'>,
  token: string,
  keys: readonly EscrowedKeyJSON[],
  publicKey = vaultKey,
) => call<RecoveryAnswer>('POST', '/v1/recovery-key', { token, body: { publicKey, keys } })

describe('data keys in escrow', () => {
  test('are released to a registered device, wrapped to its vault; the recovery key stays on the server', async () => {
    const { server, token } = await start()
    const escrowed = escrow(await publicOf(server, token))
    const { status, json } = await release(server, token, [escrowed, escrowed])
    expect(status).toBe(200)
    expect(json.keys.map((key) => key && open(key))).toEqual([dataKey, dataKey])
    expect(JSON.stringify(json)).not.toContain(escrowed.wrapped)
    expect(server.events.at(-1)).toMatchObject({ type: 'recovery.released', account: server.ada, keys: 2 })
    expect(JSON.stringify(server.events)).not.toContain(dataKey.toString('base64url'))
  })

  test('come back on a new device, and never to another account', async () => {
    const { server, token } = await start()
    const escrowed = escrow(await publicOf(server, token))
    const next = createAndroidPhone()
    await server.registerPhone(next)
    const { session } = (await server.signInByPhone(next)).json
    const [key = null] = (await release(server, session.token, [escrowed])).json.keys
    expect(key && open(key)).toEqual(dataKey)
    const grace = await publicOf(server, (await server.signIn('grace')).session.token)
    expect(grace.publicKey).not.toBe((await publicOf(server, token)).publicKey)
    // Ada asks for what is Grace's: nothing of it, and hers all the same.
    const { json } = await release(server, token, [escrow(grace), escrowed])
    expect(json.keys.map((found) => found === null)).toEqual([true, false])
    expect(server.events.at(-1)).toMatchObject({ keys: 1 })
  })

  test('F09: are not released to a password, nor to a signature of long ago', async () => {
    const { server, token } = await start()
    const escrowed = escrow(await publicOf(server, token))
    const { session } = await server.signIn()
    const refused = await release(server, session.token, [escrowed])
    expect(refused).toMatchObject({ status: 401, ...refusal('step_up_required') })
    expect(refused.headers.get('www-authenticate')).toContain('max_age="300"')
    server.clock.advance(300)
    expect((await release(server, token, [escrowed])).status).toBe(200)
    server.clock.advance(1)
    expect(await release(server, token, [escrowed])).toMatchObject(refusal('step_up_required'))
  })

  test('are not released to a device below the level, nor to one that was removed or suspended', async () => {
    const development: ServerTrust = { ...phoneTrust, development: 'loopback' }
    const { server, token } = await start({
      trust: development,
      policy: { recovery, evidence: { suspendOn: ['attestation_untrusted'] } },
    })
    const escrowed = escrow(await publicOf(server, token))
    const emulator = createAndroidPhone()
    await server.registerPhone(emulator, { selfAttested: true })
    const low = (await server.signInByPhone(emulator)).json.session
    expect(low.acr).toBe('L1')
    expect(await release(server, low.token, [escrowed])).toMatchObject(refusal('recovery_refused'))
    await server.server.evidence.judgeAgain({ trust: { roots: [] } })
    expect(await release(server, token, [escrowed])).toMatchObject(refusal('recovery_refused'))
  })

  test('are of a key that the server gave, go to a point of the curve, and are counted', async () => {
    const { server, token } = await start()
    const escrowed = escrow(await publicOf(server, token))
    const offCurve = `BA${'A'.repeat(85)}`
    expect((await release(server, token, [{ ...escrowed, kid: 'AAAAAAAAAAA' }])).json.keys).toEqual([null])
    expect((await release(server, token, [{ ...escrowed, epk: offCurve }])).json.keys).toEqual([null])
    expect(await release(server, token, [escrowed], offCurve)).toMatchObject(refusal('public_key_invalid'))
    for (const keys of [[], Array(65).fill(escrowed), [{ ...escrowed, kid: 'short' }]])
      expect(await release(server, token, keys)).toMatchObject(refusal('invalid_request'))
  })

  test('are there only where the policy has them', async () => {
    const { server, token } = await start({ policy: {} })
    expect(await server.call('GET', '/v1/recovery-key', { token })).toMatchObject(refusal('not_found'))
    const wrong = { level: 'L2', maxAge: 901 } as const
    await expect(startServer({ policy: { recovery: wrong } })).rejects.toMatchObject({
      code: 'configuration_invalid',
    })
  })
})
