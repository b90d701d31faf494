import { fileURLToPath } from 'node:url'
import { encodeCoseKey } from '@keybound/protocol/encoding'
import { build, type Metafile } from 'esbuild'
import { expect, test } from 'vitest'
import {
  challenge,
  credentialId,
  credentialKey,
  forgeAssertion,
  origin,
  rpId,
  userHandle,
} from '../../../../../test/support/webauthn/forge.ts'

/** Bundles an entry as a browser would get it, and tells what it is made of. */
async function bundle(
  entry: string,
): Promise<{ readonly text: string; readonly imports: readonly string[] }> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['keybound-source'],
    // What cannot be resolved stays an import, to be found below rather than to fail the build.
    external: ['node:*'],
    metafile: true,
    logLevel: 'silent',
  })
  return { text: result.outputFiles[0]?.text ?? '', imports: importsOf(result.metafile) }
}

function importsOf({ inputs, outputs }: Metafile): readonly string[] {
  const external = [...Object.values(outputs), ...Object.values(inputs)].flatMap((file) => file.imports)
  return [...Object.keys(inputs), ...external.filter((one) => one.external).map(({ path }) => path)]
}

test.each(['../../index.ts', './index.ts'])('nothing in the graph of %s reaches Node', async (entry) => {
  const { imports } = await bundle(entry)
  expect(imports.length).toBeGreaterThan(5)
  expect(imports.filter((path) => path.startsWith('node:') || path.includes('crypto/node/'))).toEqual([])
  expect(imports.some((path) => path.endsWith('crypto/webcrypto/index.ts'))).toBe(true)
})

test('the Node port would be found in a graph that has it', async () => {
  expect((await bundle('../node/index.ts')).imports).toContain('node:crypto')
})

test('the bundle of the main entry verifies, with nothing but WebCrypto', async () => {
  const { text } = await bundle('../../index.ts')
  const { verifyAuthentication } = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as {
    verifyAuthentication: (options: object) => Promise<{ userVerified: boolean }>
  }
  const options = {
    response: forgeAssertion(),
    expected: { challenge, origins: [origin], rpId, allowCredentials: [credentialId] },
    credential: {
      id: credentialId,
      publicKey: encodeCoseKey(credentialKey.cose),
      signCount: 0,
      backupEligible: false,
      userHandle,
    },
  }
  expect(await verifyAuthentication(options)).toMatchObject({ userVerified: true })
})
