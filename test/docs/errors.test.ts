import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalogue } from '@keybound/protocol/catalogue'
import { expect, test } from 'vitest'
import { errorPages, errorPagesFolder } from '../../scripts/docs-errors.ts'

const files = readdirSync(errorPagesFolder).sort()

test('every code has a page and every page a code', () => {
  const codes = files.filter((file) => file !== 'README.md').map((file) => file.replace(/\.md$/, ''))
  expect(codes).toEqual(Object.keys(catalogue).sort())
})

test('the pages say what the catalogue says (npm run docs:errors writes them)', () => {
  const written = new Map(files.map((file) => [file, readFileSync(join(errorPagesFolder, file), 'utf8')]))
  expect(Object.fromEntries(written)).toEqual(Object.fromEntries(errorPages()))
})

test('every code is a lower_snake_case name whose entry speaks in full sentences', () => {
  const broken = Object.entries(catalogue).filter(([code, { title, happened, whatToDo }]) => {
    const sentences = [happened, whatToDo].every((text) => /^\S.*\.$/s.test(text))
    return !/^[a-z]+(_[a-z]+)*$/.test(code) || !/^[A-Z].*[^.]$/.test(title) || !sentences
  })
  expect(broken).toEqual([])
})
