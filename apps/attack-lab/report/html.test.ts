import { expect, test } from 'vitest'
import { attacks } from '../attacks/catalogue.ts'
import { keyboundApps } from '../keybound/apps.ts'
import { reportHtml } from './html.ts'

test('writes what was observed as text, whatever it holds', () => {
  const [attack] = attacks
  if (!attack) throw new Error('no attack')
  const outcome = { result: 'held', observed: '<script>alert("x")</script>' } as const
  const page = reportHtml({
    at: 'now',
    apps: keyboundApps.slice(0, 1),
    rows: [{ attack, outcomes: [outcome] }],
  })
  expect(page).not.toContain('<script>')
  expect(page).toContain('&#60;script&#62;')
})
