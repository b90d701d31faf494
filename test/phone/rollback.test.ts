import type { KeyboundError } from '@keybound/phone'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Bank, demoPassword, setUp, startApp } from './support/bank.ts'
import { inNewProcess, makePhone, models, openPhoneBank, own, type Phone } from './support/phones.ts'

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'none',
    (error: KeyboundError) => error.code,
  )

describe.each(models)('nothing is left behind, nothing opens by a trick, on a virtual %s', (model) => {
  let bank: Bank
  let phone: Phone

  beforeEach(async () => {
    bank = await openPhoneBank()
    phone = await makePhone(model, bank)
  })

  const keys = () => phone.hardware.listKeys('keybound.')
  const registering = async () => {
    const client = await startApp(bank, inNewProcess(phone.hardware))
    await client.signInWithPassword({ username: 'ada', password: demoPassword })
    const code = codeOf(client.register())
    await expect.poll(() => phone.prompts.length).toBe(1)
    expect(await keys()).toHaveLength(3)
    return { client, code }
  }

  test.each([
    ['cancelled', () => phone.dismissPrompt(), 'prompt_refused'],
    ['interrupted', () => phone.background(), 'prompt_interrupted'],
  ] as const)('a registration that is %s', async (_, end, code) => {
    const registration = await registering()
    await end()
    expect(await registration.code).toBe(code)
    await expect.poll(keys).toEqual([])
    expect(bank.network.requests).not.toContain('POST registration')
    // And the next one works, with the same grant.
    await phone.foreground()
    void phone.touch(own)
    await registration.client.register()
    expect(await keys()).toHaveLength(3)
  })

  test('a registration during which the app dies: the next start takes its keys back', async () => {
    await registering()
    await phone.killApp()
    expect(await keys()).toHaveLength(3)
    const client = await startApp(bank, inNewProcess(phone.hardware))
    expect(await keys()).toEqual([])
    expect(client.state).toMatchObject({ state: 'signedOut', accounts: [] })
    void phone.touch(own)
    await setUp(client)
  })

  test('a registration whose answer is lost: asked again without a prompt, by the same keys', async () => {
    const { client, code } = await registering()
    bank.network.down = true
    void phone.touch(own)
    expect(await code).toBe('network_unreachable')
    expect(await keys()).toHaveLength(3)
    bank.network.down = false
    await client.register()
    expect(phone.prompts).toHaveLength(1)
    void phone.touch(own)
    expect((await client.signIn()).account).toBe(bank.ada)
  })

  test('a prompt that a hook makes say success gives no signature, opens no vault, and sends nothing', async () => {
    const client = await startApp(bank, inNewProcess(phone.hardware))
    void phone.touch(own)
    await setUp(client)
    void phone.touch(own)
    await client.unlock()
    await client.vault.set('pin', new Uint8Array(4))
    client.lock()
    await phone.forceSuccess()
    const sent = bank.network.requests.length
    expect(await codeOf(client.unlock())).not.toBe('none')
    expect(client.state.state).toBe('locked')
    expect(await codeOf(client.vault.get('pin'))).toBe('vault_locked')
    expect(bank.network.requests.slice(sent)).toEqual([])
    await phone.forceSuccess()
    expect(await codeOf(client.signIn())).not.toBe('none')
    expect(bank.network.requests.slice(sent)).toEqual(['POST authentication/options'])
    // Nothing was lost by it.
    void phone.touch(own)
    expect((await client.unlock())?.account).toBe(bank.ada)
  })

  test('three strangers’ fingers open nothing', async () => {
    const client = await startApp(bank, inNewProcess(phone.hardware))
    void phone.touch(own)
    await setUp(client)
    await client.signOut()
    const signIn = codeOf(client.signIn())
    await expect.poll(() => phone.prompts.length).toBe(2)
    for (let at = 0; at < 3; at++) await phone.touch('a stranger')
    await phone.dismissPrompt()
    expect(await signIn).toMatch(/^(prompt_refused|biometric_locked_out.*)$/)
    expect(client.state.state).toBe('registered')
  })
})
