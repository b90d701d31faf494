import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { root } from '../../scripts/packages.ts'

/** An excerpt of a file, announced by a comment; it may start anywhere and leave out the indentation around it. */
const excerpts = /<!-- from (\S+) -->\n+```\w*\n(.*?)^```$/gms

const documents = globSync(['*.md', 'docs/**/*.md', 'packages/*/README.md'], { cwd: root }).sort()

/** Where the examples find the packages as the code of the checkout does, and nobody looks. */
const folder = mkdtempSync(join(root, 'node_modules/.examples-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('the TypeScript examples of the documentation compile', () => {
  const written = documents.flatMap((document) => {
    const text = readFileSync(join(root, document), 'utf8').replace(excerpts, '')
    return [...text.matchAll(/^```(tsx?)\n(.*?)^```$/gms)].map(([, ending, code = ''], index) => {
      const name = `${document.replace(/\W+/g, '-')}-${index}.${ending}`
      writeFileSync(join(folder, name), `${code}\nexport {}\n`)
      return name
    })
  })
  expect(written.length).toBeGreaterThan(3)
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { noUnusedLocals: false },
    files: written,
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const tsc = spawnSync('tsc', ['--project', folder], { cwd: root, encoding: 'utf8' })
  // What the packages themselves get wrong, `npm run check:types` says.
  const own = `${tsc.stdout}${tsc.stderr}${tsc.error ?? ''}`
    .split('\n')
    .filter((line) => line.includes('.examples-') || /^error/i.test(line))
  expect(own).toEqual([])
}, 600_000)

test('links between the documents lead somewhere', () => {
  const broken = documents.flatMap((document) => {
    const text = readFileSync(join(root, document), 'utf8').replace(/^```.*?^```$/gms, '')
    const links = [...text.matchAll(/(?:\]\(|src="|href="|srcset=")([^)"\s#]+)/g)].map(
      ([, link = '']) => link,
    )
    return links
      .filter((link) => !/^(https?|mailto):/.test(link))
      .filter((link) => globSync(join(root, document, '..', link)).length === 0)
      .map((link) => `${document}: ${link}`)
  })
  expect(broken).toEqual([])
})

test('excerpts in the documentation are what the files say', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  expect([...readme.matchAll(excerpts)].map(([, path]) => path)).toEqual([
    'apps/hello/server.ts',
    'apps/hello/payments.ts',
    'apps/hello/page.html',
  ])
  const differing = documents.flatMap((document) => {
    const text = readFileSync(join(root, document), 'utf8')
    return [...text.matchAll(excerpts)]
      .filter(
        ([, path = '', excerpt = '']) =>
          !unindented(readFileSync(join(root, path), 'utf8')).includes(unindented(excerpt)),
      )
      .map(([, path]) => `${document}: ${path}`)
  })
  expect(differing).toEqual([])
})

function unindented(text: string): string {
  return text.replace(/^[ \t]+/gm, '')
}
