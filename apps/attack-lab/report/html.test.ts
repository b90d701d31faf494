import { expect, test } from 'vitest'
import { attacks } from '../attacks/catalogue.ts'
import { keyboundApp } from '../keybound/app.ts'
import { reportHtml } from './html.ts'

test('writes what was observed as text, whatever it holds', () => {
  const [attack] = attacks
  if (!attack) throw new Error('no attack')
  const outcome = { result: 'held', observed: '<script>alert("x")</script>' } as const
  const page = reportHtml({ at: 'now', apps: [keyboundApp], rows: [{ attack, outcomes: [outcome] }] })
  expect(page).not.toContain('<script>')
  expect(page).toContain('&#60;script&#62;')
})
