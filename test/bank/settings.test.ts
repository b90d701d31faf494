import { readFileSync } from 'node:fs'
import { verifyReceipt } from '@keybound/attestation/receipt'
import { describe, expect, test } from 'vitest'
import { chromiumPath } from '../support/browser.ts'
import { type BankPage, failedRequests, soon } from './bank-page.ts'
import { useBankWorld } from './bank-world.ts'

describe.skipIf(chromiumPath === undefined)('settings and receipts of the bank', { timeout: 600_000 }, () => {
  const world = useBankWorld()

  const device = (bank: BankPage) => bank.page.getByRole('listitem').filter({ hasText: 'This device' })

  test('a device: its level in plain words, its last use, its probation with the limits of the policy', async () => {
    const bank = await world.open()
    await bank.turnOn('ada')
    await bank.press('Settings')
    // The session is the password's still; the device knows its key all the same.
    await device(bank)
      .getByText(/^Not used yet · added /)
      .waitFor()
    await bank.press('Back')
    await bank.press('Lock')
    await bank.press('Unlock')
    await bank.press('Settings')
    await device(bank)
      .getByText(/^Key of a browser; its hardware was not proven/)
      .waitFor()
    await device(bank)
      .getByText(/^Last used .* · added /)
      .waitFor()
    await device(bank)
      .getByText(/^New: until .* it pays at most €100 at a time and €300 a day\. This protects you/)
      .waitFor()
  })

  test('the other devices are told of a new key and of a removed one, until they say so', async () => {
    const first = await world.open()
    await first.turnOn('grace')
    const second = await world.open()
    await second.turnOn('grace')
    await first.press('Lock')
    await first.press('Unlock')
    await first.at('New key')
    await first.page.getByText(/^A key was added on “Chrome on Linux”, .* call the bank\.$/).waitFor()
    await first.press('Got it')
    await first.page.getByRole('heading', { name: 'New key' }).waitFor({ state: 'detached' })
    await first.page.reload()
    await first.page.getByText('Northwind Payroll').waitFor()
    expect(await first.page.getByRole('heading', { name: 'New key' }).count()).toBe(0)

    await second.press('Lock')
    await second.press('Unlock')
    await second.press('Settings')
    const foreign = second.page.getByRole('listitem').filter({ hasText: 'Chrome on Linux' })
    await foreign.filter({ hasNotText: 'This device' }).getByRole('button', { name: 'Remove' }).click()
    await expect.poll(() => foreign.count(), soon).toBe(1)
    first.expectMessages(failedRequests)
    await first.press('Lock')
    await first.press('Unlock')
    expect(await first.alert()).toMatch(/^The key of this device was removed/)
  })

  test('a key that another device was quicker to remove leaves the list, and nobody is signed out', async () => {
    const [here, there] = [await world.open(), await world.open()]
    for (const bank of [here, there]) {
      await bank.turnOn('grace')
      await bank.press('Lock')
      await bank.press('Unlock')
      await bank.at('Balance')
      await bank.press('Settings')
    }
    // Asks for the list anew, on which the other key is by now.
    await here.press('Back')
    await here.press('Settings')
    const keys = here.page.getByRole('listitem').filter({ hasText: 'Chrome on Linux' })
    await keys.first().waitFor()
    const held = await keys.count()
    await there.press('Turn off biometrics')
    await there.page.getByText(/^Biometrics are off and the key of this device is gone/).waitFor()
    here.expectMessages(failedRequests)
    // The newest is the last.
    await keys.last().getByRole('button', { name: 'Remove' }).click()
    await expect.poll(() => keys.count(), soon).toBe(held - 1)
    expect(await keys.filter({ hasText: 'This device' }).count()).toBe(1)
    expect(await here.page.getByRole('alert').count()).toBe(0)
  })

  test('removing the key of this very device turns biometrics off, without a word of keys that failed', async () => {
    const bank = await world.open()
    await bank.turnOn('ada')
    await bank.press('Lock')
    await bank.press('Unlock')
    await bank.press('Settings')
    await device(bank).getByRole('button', { name: 'Remove' }).click()
    await bank.page.getByText(/^Biometrics are off and the key of this device is gone/).waitFor()
    expect(await bank.page.getByRole('alert').count()).toBe(0)
    await expect.poll(bank.authenticator.credentialIds, soon).toEqual([])
    await bank.turnOn('ada')
  })

  test('in a session of the password too, which does not tell whose key it is, and while others are left', async () => {
    const [here, other] = [await world.open(), await world.open()]
    for (const bank of [other, here]) await bank.turnOn('grace')
    await here.press('Settings')
    const keys = here.page.getByRole('listitem').filter({ hasText: 'Chrome on Linux' })
    await keys.first().waitFor()
    const held = await keys.count()
    const own = keys.filter({ hasText: 'This device' })
    expect(await own.count()).toBe(1)
    await own.getByRole('button', { name: 'Remove' }).click()
    await here.page.getByText(/^Off\. Turn them on/).waitFor()
    await expect.poll(() => keys.count(), soon).toBe(held - 1)
    expect(await own.count()).toBe(0)
    await expect.poll(here.authenticator.credentialIds, soon).toEqual([])
  })

  test('sign out, and sign out everywhere', async () => {
    const [here, there] = [await world.open(), await world.open()]
    for (const bank of [here, there]) {
      await bank.turnOn('ada')
      await bank.press('Lock')
      await bank.press('Unlock')
      await bank.press('Settings')
    }
    await here.press('Sign out everywhere')
    await here.box('Username').waitFor()
    there.expectMessages(failedRequests)
    await there.press('Back')
    await there.press('Settings')
    await there.page.getByText('You were signed out. One touch signs you in again.').waitFor()
    // The keys are still there.
    await here.press('Sign in with biometrics')
    await here.at('Balance')
    await here.press('Settings')
    await here.press('Sign out')
    await here.box('Username').waitFor()
  })

  test('what is stored here and what guards it is told, in each state, and it is so', async () => {
    const bank = await world.open()
    const things = async () => {
      const list = bank.page.getByRole('list').last()
      await list.getByText('Mark of this device').waitFor()
      return list
        .getByRole('listitem')
        .evaluateAll((items) => items.map((item) => item.firstChild?.textContent))
    }
    await bank.decline('ada')
    await bank.press('Settings')
    expect(await things()).toEqual(['Session', 'Mark of this device'])
    await bank.page.getByText('In memory only.').waitFor()
    await bank.press('Turn on biometrics')
    await bank.button('Turn off biometrics').waitFor()
    const whole = [
      'Signing key',
      'Session',
      'Proof key',
      'User name and name of the key: ada',
      'Mark of this device',
    ]
    await expect.poll(things, soon).toEqual(whole)
    await bank.press('Back')
    await bank.press('Lock')
    await bank.press('Unlock')
    await bank.press('Settings')
    await expect.poll(things, soon).toEqual(whole)
    await bank.page.getByText('In this app’s storage, encrypted with AES-256-GCM.').waitFor()
    // A proof key lies there, and no script can read it.
    const keys = await bank.page.evaluate(storedKeys)
    expect(keys.length).toBeGreaterThan(0)
    expect(keys.filter(({ type, extractable }) => type !== 'public' && extractable)).toEqual([])
  })

  test('a receipt is saved, and verified by the bank’s public keys alone', async () => {
    const bank = await world.open()
    await bank.turnOn('ada')
    await bank.pay({ to: 'Green Energy', amount: '4.20', reference: 'Invoice 7' })
    await bank.press('Verify receipt')
    await bank.page.getByText(/^Genuine: approved on .* confirmed by the bank\.$/).waitFor()
    const saved = bank.page.waitForEvent('download')
    await bank.press('Save receipt')
    const file = await saved
    expect(file.suggestedFilename()).toMatch(/^receipt-[\w-]{22}\.txt$/)
    const receipt = readFileSync(await file.path(), 'utf8')
    const { keys } = (await (await fetch(`${world.server.address}/v1/receipts/keys`)).json()) as never
    const { statement } = await verifyReceipt({ receipt, keys })
    expect(statement.fields).toMatchObject({
      amount: { currency: 'EUR', minor: 420 },
      payee: { name: 'Green Energy' },
      reference: { text: 'Invoice 7' },
    })
  })

  test('a receipt that the bank’s keys do not confirm is called false', async () => {
    const bank = await world.open()
    await bank.turnOn('grace')
    await bank.pay({ to: 'Green Energy', amount: '1' })
    await bank.page.route('**/v1/receipts/keys', (route) => route.fulfill({ json: { keys: [] } }))
    await bank.press('Verify receipt')
    expect(await bank.alert()).toBe('This receipt is not what it says. Keep it and call the bank.')
    expect(await bank.page.getByText(/^Genuine/).count()).toBe(0)
    await bank.page.unrouteAll()
    await bank.press('Verify receipt')
    await bank.page.getByText(/^Genuine/).waitFor()
  })
})

/** In the page: every WebCrypto key that lies in its databases. */
async function storedKeys(): Promise<{ type: string; extractable: boolean }[]> {
  const found: { type: string; extractable: boolean }[] = []
  const collect = (value: unknown): void => {
    if (value instanceof CryptoKey) found.push({ type: value.type, extractable: value.extractable })
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect)
  }
  for (const { name = '' } of await indexedDB.databases()) {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open(name)
      request.onsuccess = () => resolve(request.result)
    })
    for (const store of database.objectStoreNames) {
      const request = database.transaction(store).objectStore(store).getAll()
      collect(
        await new Promise((resolve) => request.addEventListener('success', () => resolve(request.result))),
      )
    }
    database.close()
  }
  return found
}
