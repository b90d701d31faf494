import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isObvious } from './obvious.ts'

describe('what guessers try first is obvious', () => {
  test.each([
    'passwordpassword',
    'Password12345678',
    'P@ssw0rd2024!!!!',
    'iloveyouiloveyou',
    'ILoveYouForever1',
    'qwertyuiop12345',
    '123456789012345',
    '1234567890987654321',
    '1q2w3e4r5t6y7u8i',
    '1qaz2wsx3edc4rfv',
    'zxcvbnmasdfghjkl',
    'abcdefghijklmnop',
    'aaaaaaaabbbbbbbb',
    'password password password',
    'sunshine-dragon-9',
    'Welcome, Summer 2025',
    'abcabcabcabcabcabc',
    'ｐａｓｓｗｏｒｄ２０２４２０２４',
    'a1a1a1a1a1a1a1a1a1',
    '................',
    'Pa$$w0rd!!!!!!!',
    'dr4g0n-m0nk3y-1',
  ])('%s', (password) => {
    expect(isObvious(password, [])).toBe(true)
  })

  test('with the names of user and service', () => {
    expect(isObvious('lovelace-bluebank-2024', [])).toBe(false)
    expect(isObvious('lovelace-bluebank-2024', ['Lovelace', 'blue.bank'])).toBe(true)
    expect(isObvious('correct horse battery staple', ['ad'])).toBe(false)
  })
})

describe('what they do not try first is not', () => {
  test.each([
    'correct horse battery staple',
    'kettle ambient frosted quarry',
    'the dog ate my blue pumpkin',
    'vkT9-xu2m-Qp4z-Lw8e',
    'zwölf Boxkämpfer jagen Viktor',
    'молоко убежало на рассвете',
    'いろはにほへとちりぬるを',
  ])('%s', (password) => {
    expect(isObvious(password, [])).toBe(false)
  })

  test('random ones', () => {
    fc.assert(
      fc.property(fc.uuid({ version: 4 }), (password) => {
        expect(isObvious(password, [])).toBe(false)
      }),
      { seed: 1, numRuns: 300 },
    )
  })
})

test('repeating or separating an obvious password makes it no better', () => {
  const word = fc.constantFrom('password', 'Dragon', 'qwerty', '2024', 'iloveyou')
  const separator = fc.constantFrom('', ' ', '-', '. ')
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 3 }),
      separator,
      fc.integer({ min: 1, max: 5 }),
      (words, sign, times) => {
        expect(isObvious(`${words.join(sign)}${sign}`.repeat(times), [])).toBe(true)
      },
    ),
    { seed: 2, numRuns: 200 },
  )
})

test('takes its time neither for long nor for odd input', () => {
  const long = [
    'a'.repeat(512) + 'b'.repeat(512),
    '1qaz2wsx'.repeat(128),
    'password '.repeat(113),
    '\u{1f600}'.repeat(512),
  ]
  expect(long.map((password) => isObvious(password, []))).toEqual([true, true, true, true])
  expect(isObvious('', [])).toBe(true)
  expect(isObvious("%&'()*,-./:;?[]_", [])).toBe(false)
  expect(isObvious('🦊🐻🌧️🎻🚲🧂🪁🥝🛟🧭🦉🪵🌶️🎲🧶', [])).toBe(false)
})
