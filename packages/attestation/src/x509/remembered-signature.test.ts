import { expect, test, vi } from 'vitest'
import {
  authorityKeys,
  chainSpecs,
  makeKeys,
  writeCertificate,
} from '../../../../test/support/android-authority/index.ts'
import { createNodeCrypto } from '../crypto/node/index.ts'
import { parsePublicKeyInfo, readCertificate } from './index.ts'
import { isIssuerSignedBy } from './remembered-signature.ts'

const [, , ca3] = chainSpecs()
const write = () => readCertificate(writeCertificate(ca3 ?? fail()))
const rightKey = parsePublicKeyInfo(authorityKeys.ca2.spki)
const wrongKey = parsePublicKeyInfo(makeKeys('p384').spki)

function fail(): never {
  throw new Error('Unexpected chain without intermediate.')
}

function countingPort() {
  const port = createNodeCrypto()
  return { ...port, verify: vi.fn(port.verify) }
}

test('a signature that verified is asked for once', async () => {
  const port = countingPort()
  const issuer = write()
  const again = readCertificate(issuer.raw.slice())
  expect(await isIssuerSignedBy(issuer, rightKey, port)).toBe(true)
  expect(await isIssuerSignedBy(again, rightKey, port)).toBe(true)
  expect(port.verify).toHaveBeenCalledTimes(1)
})

test('one that did not is asked for again, also after another key’s verified', async () => {
  const port = countingPort()
  const issuer = write()
  expect(await isIssuerSignedBy(issuer, wrongKey, port)).toBe(false)
  expect(await isIssuerSignedBy(issuer, rightKey, port)).toBe(true)
  expect(await isIssuerSignedBy(issuer, wrongKey, port)).toBe(false)
  expect(port.verify).toHaveBeenCalledTimes(3)
})

test('the same certificate with one bit changed is another', async () => {
  const port = countingPort()
  const der = writeCertificate(ca3 ?? fail())
  expect(await isIssuerSignedBy(readCertificate(der), rightKey, port)).toBe(true)
  // The last byte belongs to the signature.
  const changed = der.with(-1, (der.at(-1) ?? 0) ^ 1)
  expect(await isIssuerSignedBy(readCertificate(changed), rightKey, port)).toBe(false)
  expect(port.verify).toHaveBeenCalledTimes(2)
})

test('one port does not answer for another', async () => {
  const [one, other] = [countingPort(), countingPort()]
  const issuer = write()
  await isIssuerSignedBy(issuer, rightKey, one)
  await isIssuerSignedBy(issuer, rightKey, other)
  expect(other.verify).toHaveBeenCalledTimes(1)
})
