import { expect, test } from 'vitest'
import { makeVectors, openVectors, plaintext, readVectors } from './support/vault-vectors.ts'

test('the code writes the very bytes that docs/vault.md shows', async () => {
  const { manifest, ...made } = await makeVectors()
  const { manifest: shown, ...vectors } = readVectors()
  expect(made).toEqual(vectors)
  expect(manifest.header).toBe(shown.header)
})

test('the code opens what docs/vault.md shows, from the PRF output to the plaintext', async () => {
  expect(await openVectors(readVectors())).toBe(new TextDecoder().decode(plaintext))
})

test('and nothing that differs from it', async () => {
  const vectors = readVectors()
  const { header, signature } = vectors.manifest
  await expect(
    openVectors({ ...vectors, manifest: { header: header.replace('1800', '1801'), signature } }),
  ).rejects.toMatchObject({ code: 'vault_corrupted' })
  const payload = vectors.secret.payload.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))
  await expect(openVectors({ ...vectors, secret: { ...vectors.secret, payload } })).rejects.toMatchObject({
    code: 'vault_corrupted',
  })
})
