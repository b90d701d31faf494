import type * as approvalsPart from '@keybound/client/approvals'
import type * as reactNativePackage from '@keybound/react-native'
import { beforeAll, expect, test } from 'vitest'
import { type Bank, openBank } from '../phone/support/bank.ts'
import { makePhone, openPhoneBank, own } from '../phone/support/phones.ts'
import { createPlainHardware, type PlainHardware } from '../phone/support/plain-hardware.ts'
import { demoPassword, origin } from '../support/server.ts'
import { loadInHermes } from './support/hermes.ts'

let bank: Bank
let plain: PlainHardware
let loaded: typeof reactNativePackage

beforeAll(async () => {
  bank = await openBank({ origins: [origin, 'android:apk-key-hash:ZGlnZXN0'] })
  plain = createPlainHardware(bank.request)
  // In the order of the guide: what comes first must load before anything brings a TextDecoder.
  loaded = await loadInHermes<typeof reactNativePackage>(
    `export * as client from '@keybound/client'
     export * as encoding from '@keybound/protocol/encoding'
     export * from '@keybound/react-native'`,
    { 'react-native': { TurboModuleRegistry: { get: () => plain.hardware } } },
  )
})

test('an app of React Native, whose engine decodes no text, registers, unlocks, keeps secrets and calls its bank', async () => {
  const { createKeyboundClient, reactNativePlatform, reactNativeTokens } = loaded
  const client = createKeyboundClient({
    server: origin,
    platform: reactNativePlatform({ now: bank.clock.now }),
    tokens: reactNativeTokens({ clientId: 'bank-app', now: bank.clock.now }),
  })
  await client.ready
  await client.signInWithPassword({ username: 'ada', password: demoPassword })
  const { name } = await client.register({ name: 'Omas Händi 👵' })
  expect(name).toBe('Omas Händi 👵')
  await client.unlock()
  expect(client.state).toMatchObject({ state: 'unlocked', account: bank.ada })
  await client.vault.set('pin', new TextEncoder().encode('1234 ☂'))
  expect(new TextDecoder().decode(await client.vault.get('pin'))).toBe('1234 ☂')
  client.lock()
  await client.unlock()
  const answer = await client.fetch(`${origin}/v1/credentials`)
  expect(answer.status).toBe(200)
  expect(JSON.stringify(await answer.json())).toContain('Omas Händi 👵')
  for (const elsewhere of [`${origin}.example/v1/session`, `${origin}/x/../session`])
    await expect(client.fetch(elsewhere)).rejects.toMatchObject({ code: 'resource_unknown' })
  const sent = await client.fetch(`${origin}/v1/credentials`, { method: 'POST', body: 'ä' })
  expect(sent.status).toBeGreaterThanOrEqual(400)
  client.lock()
})

test('it shows and approves a payment', async () => {
  const payments = await openPhoneBank()
  const phone = await makePhone('android', payments)
  const { createKeyboundClient, reactNativePlatform, approvals } = await loadInHermes<
    typeof reactNativePackage & { readonly approvals: typeof approvalsPart }
  >(
    `export * as approvals from '@keybound/client/approvals'
     export * from '@keybound/react-native'`,
    { 'react-native': { TurboModuleRegistry: { get: () => phone.hardware } } },
  )
  const platform = reactNativePlatform({ now: payments.clock.now })
  const client = createKeyboundClient({ server: origin, platform, approvals })
  await client.signInWithPassword({ username: 'ada', password: demoPassword })
  void phone.touch(own)
  await client.register()
  void phone.touch(own)
  await client.signIn()
  const { id } = await payments.server.transactions.create({
    account: payments.ada,
    type: 'payment',
    fields: {
      amount: { kind: 'amount', currency: 'EUR', minor: 4200 },
      payee: { kind: 'payee', account: 'DE02120300000000202051', name: 'Žofie Öztürk' },
    },
    operationId: Buffer.alloc(16, 1).toString('base64url'),
  })
  const view = await client.transaction(id)
  expect(JSON.stringify(view)).toContain('Žofie Öztürk')
  void phone.touch(own)
  expect((await client.approve(view)).receipt).toMatch(/^ey/)
})

test('a call is ended by the AbortController of React Native, which keeps no reason', async () => {
  const { createKeyboundClient, reactNativePlatform } = loaded
  const client = createKeyboundClient({ server: origin, platform: reactNativePlatform() })
  const never = client.signIn({ signal: AbortSignal.abort() })
  await expect(never).rejects.toMatchObject({ code: 'aborted' })
})
