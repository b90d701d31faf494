import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { openInspectPage } from '../inspect/serve-page.ts'

/** Answers the requests for the page and its script; `undefined` for every other. */
export type PageHandler = (request: Request) => Promise<Response | undefined>

const file = fileURLToPath(new URL('page.html', import.meta.url))

/** The page as it is sent: its script bundled into a file of its own, so that the policy needs no exception for it. */
interface Page {
  readonly html: string
  readonly script: string
  readonly policy: string
  /** The files it was made of, and when the newest of them was changed. */
  readonly sources: readonly string[]
  readonly changed: number
}

/**
 * Serves page.html, as a bundler would: what an app's own build does. Made at the start, and again when one of its
 * sources has changed. Without `demo`, what is marked `data-demo` is left out; with it, `/inspect` is there too, the
 * page that draws what a piece of attestation proves.
 */
export async function openPage({ demo }: { readonly demo: boolean }): Promise<PageHandler> {
  let page = await makePage(demo)
  const inspectPage = demo ? await openInspectPage() : () => undefined
  return async (request) => {
    const { pathname } = new URL(request.url)
    if (request.method !== 'GET' || (pathname !== '/' && pathname !== '/page.js')) {
      return inspectPage(request)
    }
    if (newest(page.sources) !== page.changed) page = await makePage(demo)
    return pathname === '/'
      ? answer('text/html', page.html, { 'content-security-policy': page.policy })
      : answer('text/javascript', page.script)
  }
}

async function makePage(demo: boolean): Promise<Page> {
  const source = readFileSync(file, 'utf8')
  const { script, sources } = await bundle(between(source, '<script type="module">', '</script>'))
  const style = createHash('sha256')
    .update(between(source, '<style>', '</style>'))
    .digest('base64')
  const html = source
    .replace(/<script type="module">.*<\/script>/s, '<script type="module" src="/page.js"></script>')
    .replace(demo ? / data-demo/ : /<(\w+)[^>]* data-demo>.*?<\/\1>/s, '')
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'sha256-${style}'`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ]
  return { html, script, policy: policy.join('; '), sources, changed: newest(sources) }
}

async function bundle(contents: string): Promise<Pick<Page, 'script' | 'sources'>> {
  const result = await build({
    stdin: { contents, resolveDir: import.meta.dirname, sourcefile: 'page.html' },
    bundle: true,
    minify: true,
    format: 'esm',
    conditions: ['keybound-source'],
    absWorkingDir: import.meta.dirname,
    metafile: true,
    write: false,
  })
  const inputs = Object.keys(result.metafile.inputs).filter((path) => path !== '<stdin>')
  const sources = inputs.map((path) => fileURLToPath(new URL(path, import.meta.url)))
  return { script: result.outputFiles[0]?.text ?? '', sources: [file, ...sources] }
}

function newest(sources: readonly string[]): number {
  return Math.max(...sources.map((path) => statSync(path).mtimeMs))
}

function between(text: string, start: string, end: string): string {
  const [, rest = ''] = text.split(start)
  return rest.slice(0, rest.indexOf(end))
}

function answer(type: string, body: string, headers: Record<string, string> = {}): Response {
  return new Response(body, {
    headers: {
      'content-type': `${type}; charset=utf-8`,
      'cache-control': 'no-cache',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
  })
}
