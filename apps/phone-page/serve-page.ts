import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseStatusList } from '@keybound/attestation'
import type { KeyboundServerOptions, PolicyOverrides } from '@keybound/server'
import { type AuthorityState, createVirtualAuthority } from '@keybound/virtual-phone'
import { build } from 'esbuild'
import { phoneApp } from './phone-app.ts'

/** What a demo server needs to have virtual phones: the page, and what makes their attestations count here. */
export interface PhonePage {
  /** Answers the requests for the page, its script and the authority; `undefined` for every other. */
  readonly fetch: (request: Request) => Response | undefined
  readonly trust: NonNullable<KeyboundServerOptions['trust']>
  /** For `policy.registration.apps`. */
  readonly apps: NonNullable<NonNullable<PolicyOverrides['registration']>['apps']>
}

const file = fileURLToPath(new URL('page.html', import.meta.url))
const script = fileURLToPath(new URL('phone-page.ts', import.meta.url))
const workerScript = fileURLToPath(import.meta.resolve('@keybound/virtual-phone/worker'))

/**
 * Serves the phone at `/phone`, for demos on this machine only. Its attestations are signed by an authority whose keys are
 * random and stay in the data folder: no server but the one over that folder believes them (law 7).
 */
export async function openPhonePage(folder: string): Promise<PhonePage> {
  const authority = await createVirtualAuthority(readState(folder))
  writeState(folder, authority.state)
  const source = readFileSync(file, 'utf8')
  const html = source.replace('src="phone-page.ts"', 'src="/phone.js"')
  const [page, worker] = await Promise.all([bundle(script), bundle(workerScript)])
  const headers = { 'content-security-policy': policyFor(source) }
  return {
    fetch(request) {
      if (request.method !== 'GET') return undefined
      switch (new URL(request.url).pathname) {
        case '/phone':
          return answer('text/html', html, headers)
        case '/phone.js':
          return answer('text/javascript', page)
        case '/phone-worker.js':
          return answer('text/javascript', worker, { 'content-security-policy': "default-src 'none'" })
        case '/phone/authority':
          return answer('application/json', JSON.stringify(authority.state))
        default:
          return undefined
      }
    },
    trust: {
      roots: [],
      android: {
        roots: [authority.androidRoot],
        status: parseStatusList({ entries: {} }),
        // The authority revokes nothing: its list is always of now.
        get statusFetchedAt() {
          return new Date()
        },
        testOnly: true,
      },
      apple: { roots: [authority.appleRoot], testOnly: true },
    },
    apps: {
      level: 'L2',
      android: [
        {
          packageName: phoneApp.android.packageName,
          signerDigests: [Buffer.from(phoneApp.android.signer).toString('hex')],
        },
      ],
      ios: [phoneApp.ios],
    },
  }
}

const stateFile = 'virtual-authority.json'

function readState(folder: string): { readonly state?: AuthorityState } {
  const path = join(folder, stateFile)
  return existsSync(path) ? { state: JSON.parse(readFileSync(path, 'utf8')) as AuthorityState } : {}
}

function writeState(folder: string, state: AuthorityState): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, stateFile), JSON.stringify(state), { mode: 0o600 })
}

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
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
  return [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    `style-src 'sha256-${hash}'`,
    "connect-src 'self'",
    "frame-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types phone',
  ].join('; ')
}

function answer(type: string, body: string, headers: Record<string, string> = {}): Response {
  return new Response(body, {
    headers: {
      'content-type': `${type}; charset=utf-8`,
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
  })
}
