import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** Answers the requests for the page and its script; `undefined` for every other. */
export type PageHandler = (request: Request) => Response | undefined

const file = fileURLToPath(new URL('page.html', import.meta.url))
const script = fileURLToPath(new URL('inspect.ts', import.meta.url))

/**
 * Serves the page at `/inspect` and its script at `/inspect.js`, made once at the start. The policy lets the page
 * connect to nothing at all: what is looked at stays in the browser.
 */
export async function openInspectPage(): Promise<PageHandler> {
  const source = readFileSync(file, 'utf8')
  const html = source.replace('src="inspect.ts"', 'src="/inspect.js"')
  const bundled = await bundle()
  const policy = policyFor(source)
  return (request) => {
    const { pathname } = new URL(request.url)
    if (request.method !== 'GET') return undefined
    if (pathname === '/inspect') return answer('text/html', html, { 'content-security-policy': policy })
    if (pathname === '/inspect.js') return answer('text/javascript', bundled)
    return undefined
  }
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [script],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    conditions: ['keybound-source'],
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

function policyFor(html: string): string {
  const style = /<style>(.*?)<\/style>/s.exec(html)?.[1] ?? ''
  const hash = createHash('sha256').update(style).digest('base64')
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'sha256-${hash}'`,
    "connect-src 'none'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ]
  return policy.join('; ')
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
