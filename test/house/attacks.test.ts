import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { attacks } from '../../apps/attack-lab/attacks/catalogue.ts'
import { root } from '../../scripts/packages.ts'

/** How many attacks each group of the catalogue has; G and H are the phones'. */
const groups = { A: 27, B: 15, C: 7, D: 8, E: 19, F: 16 } as const
const ids = Object.entries(groups).flatMap(([group, count]) =>
  Array.from({ length: count }, (_, index) => `${group}${String(index + 1).padStart(2, '0')}`),
)
/** Beside an id that the attack lab carries out. */
const lab = 'apps/attack-lab/README.md'

/** What remains with everything in place, as the catalogue lists it and the attack lab shows it. */
const residual = 'A14 A15 A21 A22 A23 B06 B07 B08 B11 B13 B15 C02 E10 G02 G04 G05 G07 G09 G10'.split(' ')

const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** The table of docs/attacks.md: test files of each id, from the root of the checkout, and what stands beside them. */
const rows = new Map(
  [...read('docs/attacks.md').matchAll(/^\| ([A-H]\d\d) \|[^|]+\|([^|]*)\|([^|]*)\|$/gm)].map(
    ([, id = '', tests = '', reason = '']) => {
      const files = [...tests.matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, path = '']) => path)
      return [id, { files, reason: reason.trim() }] as const
    },
  ),
)

/**
 * Whether a test of the file names the id in its title: in a text at the beginning of a call of `describe`, `test` or
 * `it`, or as the first of a row of `each`. Comments do not count, nor does an id inside another text.
 */
function names(source: string, id: string): boolean {
  const code = source.replace(/^\s*\/\*[\s\S]*?\*\//gm, '').replace(/^\s*\/\/.*$/gm, '')
  const title = `['"\`][^'"\`\\n]*\\b${id}\\b`
  const call = `\\b(?:describe|test|it)(?:\\.\\w+(?:\\([^)]*\\))?)*\\(\\s*${title}`
  return new RegExp(`${call}|\\]\\)\\(\\s*${title}|^\\s*\\[?\\s*${title}`, 'm').test(code)
}

describe('every attack of groups A to F', () => {
  test('is in docs/attacks.md, once, in order', () => {
    expect([...rows.keys()]).toEqual(ids)
  })

  test.each(ids)('%s has a test that names it, or a reason why it has none', (id) => {
    const { files, reason } = rows.get(id) ?? { files: [], reason: '' }
    const inLab = attacks.some((attack) => attack.id === id)
    expect(files.includes(lab), `${id} is in the lab: ${inLab}`).toBe(inLab)
    for (const file of files.filter((path) => path !== lab)) {
      expect(file).toMatch(/\.test\.tsx?$/)
      expect(existsSync(join(root, file)), file).toBe(true)
      expect(names(read(file), id), `${file} has no test that names ${id}`).toBe(true)
    }
    if (files.length === 0) expect(reason.length, `${id} has neither test nor reason`).toBeGreaterThan(40)
  })

  test('is looked for in titles alone', () => {
    const titled = [
      "describe('D01 stolen', () => {",
      "test('a proof (attack F16)', () => {})",
      "  test.each(rows)('F10: %s', () => {})",
      "  ])('F10: %s', () => {})",
      "    ['E14 without', {}],",
      "      'E12: a rooted phone',",
    ]
    const ids = ['D01', 'F16', 'F10', 'F10', 'E14', 'E12']
    expect(titled.map((line, at) => names(line, ids[at] ?? ''))).toEqual(Array(6).fill(true))
    for (const line of ['// D01 stolen', '/** as in D01 */', "const text = 'D01'", "test('D012', run)"])
      expect(names(line, 'D01'), line).toBe(false)
  })
})

test('what remains is in SECURITY.md, by id', () => {
  const text = read('SECURITY.md')
  expect(residual.filter((id) => !new RegExp(`\\b${id}\\b`).test(text))).toEqual([])
})

test('C03: no code of ours accepts what the system does not: no certificate, no host name', () => {
  const files = globSync('{packages,apps}/**/*.{ts,tsx,kt,swift,xml,plist,json}', {
    cwd: root,
    exclude: (path) => /(^|\/)(node_modules|dist|build|\.build|\.keybound)(\/|$)/.test(path),
  })
  const accepting =
    /rejectUnauthorized|NODE_TLS_REJECT_UNAUTHORIZED|checkServerIdentity|\bX509TrustManager\b|\bHostnameVerifier\b|onReceivedSslError|NSAllowsArbitraryLoads['"]?\s*[:=]\s*true|<key>NSAllowsArbitraryLoads<\/key>\s*<true|usesCleartextTraffic="true"|src="user"|SecTrustSetExceptions/
  expect(files.length).toBeGreaterThan(500)
  expect(files.filter((path) => accepting.test(read(path)))).toEqual([])
})
