import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { encodeCoseKey } from '@keybound/protocol/encoding'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, launchBrowser } from '../support/browser.ts'
import { haveVectors, readVectorJson } from '../support/vectors.ts'
import {
  challenge,
  credentialId,
  credentialKey,
  forgeAssertion,
  makeEdwardsKey,
  makeKey,
  makeRsaKey,
  origin,
  rpId,
  userHandle,
} from '../support/webauthn/forge.ts'

/** The attestation package in a real browser: the same answers as in Node, from WebCrypto alone. */

interface Wycheproof {
  readonly testGroups: readonly {
    readonly publicKeyDer: string
    readonly tests: readonly {
      readonly tcId: number
      readonly msg: string
      readonly sig: string
      readonly result: string
    }[]
  }[]
}

const files = [
  ['ecdsa_secp256r1_sha256_test', 'ecdsa-p256-sha256'],
  ['ecdsa_secp384r1_sha256_test', 'ecdsa-p384-sha256'],
  ['ecdsa_secp384r1_sha384_test', 'ecdsa-p384-sha384'],
  ['ed25519_test', 'ed25519'],
  ['rsa_signature_2048_sha256_test', 'rsa-pkcs1-sha256'],
] as const

/** What the page gets: the package as a browser bundles it. */
async function bundle(): Promise<string> {
  const entry = fileURLToPath(new URL('../../packages/attestation/src', import.meta.url))
  const result = await build({
    stdin: {
      contents: `import { verifyAuthentication } from './index.ts'
        import { createWebCrypto } from './crypto/webcrypto/index.ts'
        Object.assign(globalThis, { keybound: { verifyAuthentication, port: createWebCrypto() } })`,
      resolveDir: entry,
    },
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    conditions: ['keybound-source'],
  })
  return result.outputFiles[0]?.text ?? ''
}

interface InPage {
  readonly keybound: {
    readonly verifyAuthentication: (options: object) => Promise<{ readonly userVerified: boolean }>
    readonly port: {
      readonly verify: (
        algorithm: string,
        key: object,
        signature: Uint8Array,
        data: Uint8Array,
      ) => Promise<boolean>
    }
  }
}

describe.skipIf(chromiumPath === undefined)('the attestation package in Chromium', () => {
  let browser: Browser
  let server: Server
  let page: Page

  beforeAll(async () => {
    server = createServer((_, response) =>
      response.setHeader('content-type', 'text/html').end('<!doctype html>'),
    )
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    browser = await launchBrowser()
    page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    await page.addScriptTag({ content: await bundle() })
  })

  afterAll(async () => {
    await browser?.close()
    await new Promise((closed) => server?.close(closed))
  })

  test.skipIf(!haveVectors).each(files)('Wycheproof: %s', async (file, algorithm) => {
    const { testGroups } = readVectorJson<Wycheproof>(`wycheproof/${file}.json`)
    const differences = await page.evaluate(
      async ({ testGroups, algorithm }) => {
        const { port } = (globalThis as unknown as InPage).keybound
        const hex = (text: string) =>
          Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
        const found: number[] = []
        for (const group of testGroups) {
          const key = { spki: hex(group.publicKeyDer) }
          for (const { tcId, msg, sig, result } of group.tests) {
            if ((await port.verify(algorithm, key, hex(sig), hex(msg))) !== (result === 'valid'))
              found.push(tcId)
          }
        }
        return found
      },
      { testGroups, algorithm },
    )
    expect(differences).toEqual([])
  })

  const keys = [credentialKey, makeKey('P-384'), makeKey('P-521'), makeRsaKey(), makeEdwardsKey()]
  test.each(keys)(
    'an assertion by algorithm $cose.algorithm is verified, and refused for another key',
    async (key) => {
      const plain = (bytes: Uint8Array) => [...bytes]
      const verdicts = await page.evaluate(
        async ({ response, expected, credential, other }) => {
          const { verifyAuthentication } = (globalThis as unknown as InPage).keybound
          const bytes = (numbers: number[]) => Uint8Array.from(numbers)
          const verify = (publicKey: number[]) =>
            verifyAuthentication({
              response,
              expected: { ...expected, allowCredentials: [bytes(credential.id)] },
              credential: {
                ...credential,
                id: bytes(credential.id),
                userHandle: bytes(credential.userHandle),
                publicKey: bytes(publicKey),
              },
            }).then(
              (verdict) => verdict.userVerified,
              (error: { readonly code: string }) => error.code,
            )
          return [await verify(credential.publicKey), await verify(other)]
        },
        {
          response: forgeAssertion({ key }),
          expected: { challenge, origins: [origin], rpId },
          credential: {
            id: plain(credentialId),
            publicKey: plain(encodeCoseKey(key.cose)),
            signCount: 0,
            backupEligible: false,
            userHandle: plain(userHandle),
          },
          other: plain(encodeCoseKey(makeKey().cose)),
        },
      )
      expect(verdicts).toEqual([true, 'signature_invalid'])
    },
  )
})
