import { describe, expect, test } from 'vitest'
import { de } from '../../apps/bank/app/texts/de.ts'
import { en } from '../../apps/bank/app/texts/en.ts'

/** Every text by its path, as `errors.password_wrong`; functions are called with what they may get. */
function textsOf(value: unknown, path = ''): readonly (readonly [string, string])[] {
  if (typeof value === 'function') return textsOf(value(['one', 'two'], ['three', 'four']), path)
  if (typeof value === 'string') return [[path, value]]
  const members = Object.entries(value as object)
  return members.flatMap(([name, member]) => textsOf(member, path === '' ? name : `${path}.${name}`))
}

describe('the texts of the bank', () => {
  const [english, german] = [textsOf(en), textsOf(de)]

  test('are there in both languages, all of them', () => {
    const paths = (texts: typeof english) => texts.map(([path]) => path).sort()
    expect(paths(german)).toEqual(paths(english))
    expect(english.filter(([, text]) => text.trim() === '')).toEqual([])
    expect(german.filter(([, text]) => text.trim() === '')).toEqual([])
  })

  test('are translated: whole sentences differ', () => {
    const same = english.filter(([path, text]) => text.includes(' ') && new Map(german).get(path) === text)
    expect(same.map(([path]) => path)).toEqual(['name'])
  })

  test('name no limit: amounts come from the policy of the bank', () => {
    const amounts = [...english, ...german].filter(([, text]) => /\d+\s*€|€\s*\d+/.test(text))
    expect(amounts).toEqual([])
  })
})
