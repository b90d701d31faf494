import { describe, expect, test } from 'vitest'
import { demoPassword, setUp, startApp } from './support/bank.ts'
import { makePhone, models, openPhoneBank, own } from './support/phones.ts'

describe.each(models)('two accounts side by side on a virtual %s', (model) => {
  /** The app with ada unlocked, her session sealed, and keys of grace beside hers. */
  async function shared() {
    const bank = await openPhoneBank()
    const phone = await makePhone(model, bank)
    const app = await startApp(bank, phone.hardware)
    const touched = <T>(call: () => Promise<T>) => {
      void phone.touch(own)
      return call()
    }
    for (const username of ['grace', 'ada']) {
      await touched(() => setUp(app, username))
      await touched(() => app.unlock())
      app.lock()
    }
    const unlock = (account: string) => touched(() => app.unlock({ account }))
    await unlock(bank.ada)
    const sessions = async (account: string) => (await bank.server.sessions.list(account)).length
    return { ...bank, app, touched, unlock, sessions }
  }

  test('a sign-in of one, by key or password, leaves the sealed session of the other to wait', async () => {
    const { app, ada, grace, touched, unlock, sessions } = await shared()
    await touched(() => app.signIn({ account: grace }))
    expect(app.state).toMatchObject({ account: grace, state: 'unlocked' })
    expect((await unlock(ada))?.acr).toMatch(/\.refreshed$/)
    await app.signInWithPassword({ username: 'grace', password: demoPassword })
    app.lock()
    expect((await unlock(ada))?.acr).toMatch(/\.refreshed$/)
    expect(await sessions(ada)).toBe(1)
  })

  test('a new session of the same account ends the one whose place it takes', async () => {
    const { app, ada, touched, sessions } = await shared()
    await touched(() => app.signIn({ account: ada }))
    await expect.poll(() => sessions(ada)).toBe(1)
  })

  test('a sign-in of the same account by password leaves its sealed session to wait, and a sign-out does not say that it ended', async () => {
    const { app, ada, unlock, sessions } = await shared()
    await app.signInWithPassword({ username: 'ada', password: demoPassword })
    app.lock()
    expect((await unlock(ada))?.acr).toMatch(/\.refreshed$/)
    await app.signInWithPassword({ username: 'ada', password: demoPassword })
    expect(await app.signOut()).toEqual({ onServer: 'unreachable' })
    expect(app.state).toMatchObject({ state: 'registered', account: ada })
    // It runs out by itself.
    expect(await sessions(ada)).toBe(1)
  })
})
