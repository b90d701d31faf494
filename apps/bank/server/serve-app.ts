import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

/** Answers the requests for files of the browser build; `undefined` for every other. */
export type AppHandler = (request: Request) => Response | undefined

/** A file as it is sent: packed once, at the start. */
interface ServedFile {
  readonly type: string
  readonly encodings: Readonly<Record<string, Buffer<ArrayBuffer>>>
  /** Named after its content, so it never changes. */
  readonly immutable: boolean
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
}

/**
 * Only files of this very address run or are shown. react-native-web makes one style element and fills it by script;
 * as it is made it is empty, which is what the one hash allows: that of nothing.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  // The phone of the demo shows the app in a frame of this very address.
  "frame-ancestors 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const securityHeaders = {
  'content-security-policy': policy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy':
    'publickey-credentials-get=(self), publickey-credentials-create=(self), camera=(), microphone=(), geolocation=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** How the bank is served. */
export interface ServeOptions {
  readonly publicUrl: string
  /** Whether the page tells of accounts that everybody knows the password of. */
  readonly demo: boolean
}

/** Serves a build at its public address. The page is never kept by a browser, its hashed files for ever. */
export function serveApp(folder: string, { publicUrl, demo }: ServeOptions): AppHandler {
  const files = readFiles(folder, demo)
  const encryptedOnly = publicUrl.startsWith('https:') && { 'strict-transport-security': 'max-age=31536000' }
  return ({ method, url, headers }) => {
    const { pathname } = new URL(url)
    const file = files.get(pathname === '/' ? '/index.html' : pathname)
    if (!file || (method !== 'GET' && method !== 'HEAD')) return undefined
    const accepted = headers.get('accept-encoding') ?? ''
    const encoding = ['br', 'gzip'].find((name) => accepted.includes(name)) ?? 'identity'
    return new Response(method === 'HEAD' ? null : (file.encodings[encoding] ?? null), {
      headers: {
        ...securityHeaders,
        ...encryptedOnly,
        'content-type': file.type,
        'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-store',
        vary: 'Accept-Encoding',
        ...(encoding !== 'identity' && { 'content-encoding': encoding }),
      },
    })
  }
}

/** What app/demo.ts looks for. */
const demoMark = '<meta name="demo" content="yes">'

function readFiles(folder: string, demo: boolean): ReadonlyMap<string, ServedFile> {
  const files = globSync('**/*', { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(
    files.flatMap(({ parentPath, name }) => {
      const type = types[name.split('.').at(-1) ?? '']
      if (type === undefined) return []
      const path = join(parentPath, name)
      const file = readFileSync(path)
      const isMarked = demo && name === 'index.html'
      const content = isMarked ? Buffer.from(file.toString().replace('</head>', `${demoMark}$&`)) : file
      const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }
      const encodings = {
        identity: content,
        gzip: gzipSync(content, { level: 9 }),
        br: brotliCompressSync(content, quality),
      }
      return [[path.slice(folder.length), { type, encodings, immutable: path.includes('/_expo/') }] as const]
    }),
  )
}
