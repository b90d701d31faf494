import { describe, expect, test } from 'vitest'
import { createTestKeyProvider } from '../../../../../test/tokens/support/issuer.ts'
import { mintRefreshToken, readRefreshToken } from './token.ts'

const now = 1_795_348_800
const keys = createTestKeyProvider()
const at = { keys, realm: 'bank', now }
const content = { family: 'F'.repeat(22), generation: 7 }

describe('a refresh token', () => {
  test('says its family and generation, and is the same text whenever it is minted', async () => {
    const token = await mintRefreshToken(content, at)
    expect(token).toMatch(/^kbr1\.refresh-1\.F{22}\.7\.[A-Za-z0-9_-]{43}$/)
    expect(await mintRefreshToken(content, { ...at, now: now + 86_400 })).toBe(token)
    expect(await readRefreshToken(token, at)).toEqual(content)
  })

  test('differs by realm, family and generation', async () => {
    const texts = await Promise.all([
      mintRefreshToken(content, at),
      mintRefreshToken({ ...content, generation: 8 }, at),
      mintRefreshToken({ ...content, family: 'G'.repeat(22) }, at),
      mintRefreshToken(content, { ...at, realm: 'shop' }),
    ])
    expect(new Set(texts.map((text) => text.split('.').at(-1))).size).toBe(4)
  })

  test('of another realm, family or generation is refused', async () => {
    const token = await mintRefreshToken(content, at)
    const [prefix, kid, family, , mac] = token.split('.')
    const forged = [
      `${prefix}.${kid}.${family}.8.${mac}`,
      `${prefix}.${kid}.${'G'.repeat(22)}.7.${mac}`,
      `${prefix}.other.${family}.7.${mac}`,
    ]
    for (const text of forged) {
      await expect(readRefreshToken(text, at)).rejects.toMatchObject({ code: 'refresh_token_invalid' })
    }
    await expect(readRefreshToken(token, { ...at, realm: 'shop' })).rejects.toMatchObject({
      code: 'refresh_token_invalid',
    })
  })

  test('of a generation beyond 2^31 − 1 is refused, whoever made it', async () => {
    const highest = { ...content, generation: 2 ** 31 - 1 }
    expect(await readRefreshToken(await mintRefreshToken(highest, at), at)).toEqual(highest)
    const beyond = await mintRefreshToken({ ...content, generation: 2 ** 31 }, at)
    await expect(readRefreshToken(beyond, at)).rejects.toMatchObject({ code: 'refresh_token_invalid' })
  })

  test('in any other form is refused', async () => {
    const token = await mintRefreshToken(content, at)
    const [prefix, kid, family, , mac = ''] = token.split('.')
    const texts = [
      '',
      'kbr1',
      `${token} `,
      `${token}\n`,
      `${token}=`,
      token.slice(0, -1),
      token.replace('kbr1', 'kbr2'),
      `${prefix}.${kid}.${family}.07.${mac}`,
      `${prefix}.${kid}.${family}.+7.${mac}`,
      `${prefix}.${kid}.${family}.9999999999.${mac}`,
      `${prefix}.${kid}.${family}.7.${mac.slice(0, 42)}/`,
      // The last character carries two unused bits; setting them must not give a second text.
      ...[...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
        .map((last) => token.slice(0, -1) + last)
        .filter((text) => text !== token),
      'x'.repeat(100_000),
    ]
    for (const text of texts) {
      await expect(readRefreshToken(text, at)).rejects.toMatchObject({ code: 'refresh_token_invalid' })
    }
  })

  test('is made by a key whose time has come, or by none', async () => {
    const rotating = createTestKeyProvider()
    rotating.rotate('refresh', { kid: 'next', activeFrom: now + 1 }, { kid: 'now' })
    expect((await mintRefreshToken(content, { ...at, keys: rotating })).split('.')[1]).toBe('now')
    rotating.rotate('refresh', { kid: 'next', activeFrom: now + 1 })
    await expect(mintRefreshToken(content, { ...at, keys: rotating })).rejects.toMatchObject({
      code: 'key_unavailable',
    })
  })

  test('outlives the rotation of keys, until its key retires', async () => {
    const rotating = createTestKeyProvider()
    rotating.rotate('refresh', { kid: 'old' })
    const old = await mintRefreshToken(content, { ...at, keys: rotating })
    rotating.rotate('refresh', { kid: 'new', activeFrom: now }, { kid: 'old', acceptUntil: now + 100 })
    expect((await mintRefreshToken(content, { ...at, keys: rotating })).split('.')[1]).toBe('new')
    expect(await readRefreshToken(old, { ...at, keys: rotating, now: now + 99 })).toEqual(content)
    await expect(readRefreshToken(old, { ...at, keys: rotating, now: now + 100 })).rejects.toMatchObject({
      code: 'refresh_token_invalid',
    })
  })
})
