import { X509Certificate } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { attestedOptions, chainSpecs, writeChain } from '../../../../test/support/android-authority/index.ts'
import { mutate, seededRandom } from '../../../../test/support/mutate.ts'
import { readPem } from '../../../../test/support/pem.ts'
import { sample } from '../../../../test/support/sample.ts'
import { haveVectors, readVector, readVectorJson } from '../../../../test/support/vectors.ts'
import { createNodeCrypto } from '../crypto/node/index.ts'
import { createWebCrypto } from '../crypto/webcrypto/index.ts'
import { AttestationError } from '../errors.ts'
import { androidPolicies } from '../policy/android.ts'
import { type Certificate, readCertificate } from '../x509/certificate.ts'
import { keyDescriptionOid, parseKeyDescription } from './key-description/key-description.ts'
import type { AndroidKeyAttestation, AndroidKeyAttestationOptions } from './types.ts'
import { judgeAndroidKeyAttestation, verifyAndroidKeyAttestation } from './verify.ts'

/** Mutants of all chains together: 20,000 in CI, 300,000 in verify:full; KEYBOUND_MUTANTS overrides. */
const count = Number(process.env.KEYBOUND_MUTANTS ?? sample({ small: 1_500, large: 20_000, full: 300_000 }))
const folder = 'android-keyattestation-google'

interface Genuine {
  readonly id: string
  readonly options: AndroidKeyAttestationOptions
  readonly verdict: AndroidKeyAttestation
}

/** A real phone's chain with the policy that takes it as it is, whatever the phone's state. */
function realOptions(id: string): AndroidKeyAttestationOptions {
  const chain = readPem(readVector(`${folder}/testdata/${id}`))
  const extension = readCertificate(chain[0] ?? new Uint8Array()).extensions.get(keyDescriptionOid)
  const description = parseKeyDescription(extension?.value ?? new Uint8Array())
  const created = description.softwareEnforced.creationDateTime as Date
  return {
    chain,
    challenge: description.attestationChallenge,
    role: 'signing',
    policy: { ...androidPolicies.W, keyUse: 'any' },
    trust: {},
    issuedAt: created,
    now: created,
  }
}

async function genuineChains(): Promise<Genuine[]> {
  const { cases } = haveVectors
    ? readVectorJson<{ cases: { id: string; expected: string; policy: object }[] }>(
        `${folder}/expected-verdicts.json`,
      )
    : { cases: [] }
  const accepted = new Set(cases.filter(({ expected }) => expected === 'ACCEPT').map(({ id }) => id))
  const all: (readonly [string, AndroidKeyAttestationOptions])[] = [
    ['own remote', attestedOptions(writeChain(chainSpecs()))],
    ['own factory', attestedOptions(writeChain(chainSpecs({ kind: 'factory' })))],
    ...[...accepted].map((id) => [id, realOptions(id)] as const),
  ]
  return Promise.all(
    all.map(async ([id, options]) => ({ id, options, verdict: await verifyAndroidKeyAttestation(options) })),
  )
}

/**
 * The only bytes of a chain that nobody checks: those of the root's certificate, as its key is pinned. Left away, or
 * with another serial number, date, extension or signature, it is still a carrier of the pinned key.
 */
function isUnsigned(
  { touched }: { readonly touched: readonly number[] },
  chain: readonly Uint8Array[],
): boolean {
  return touched.length === 1 && touched[0] === chain.length - 1
}

test(`${count} mutants of genuine chains are refused, or change nothing that counts`, {
  timeout: 7_200_000,
}, async () => {
  const genuine = await genuineChains()
  const random = seededRandom(20_261_122)
  let accepted = 0
  for (let made = 0; made < count; made++) {
    const { id, options, verdict } = genuine[made % genuine.length] as Genuine
    const mutant = mutate(options.chain, random)
    const outcome = await verifyAndroidKeyAttestation({ ...options, chain: mutant.items }).catch(
      (error) => error,
    )
    if (outcome instanceof Error) {
      if (!(outcome instanceof AttestationError))
        throw new Error(`${id}, ${mutant.change}`, { cause: outcome })
      continue
    }
    accepted++
    const harmless = isUnsigned(mutant, options.chain) && isDeepStrictEqual(outcome, verdict)
    if (!harmless) throw new Error(`Accepted a mutant of ${id}: ${mutant.change}.`)
  }
  // Some mutants of root certificates must pass, or the loop proves nothing.
  expect(accepted).toBeGreaterThan(count / 100)
  expect(accepted).toBeLessThan(count / 3)
})

test('both crypto ports judge mutants alike', async () => {
  const genuine = await genuineChains()
  const ports = [createNodeCrypto(), createWebCrypto()] as const
  const random = seededRandom(2)
  for (let made = 0; made < Math.min(count / 10, 5_000); made++) {
    const { options } = genuine[made % genuine.length] as Genuine
    const { items, change } = mutate(options.chain, random)
    const [byNode, byWebCrypto] = await Promise.all(
      ports.map((crypto) => judgeAndroidKeyAttestation({ ...options, chain: items, crypto })),
    )
    if (!isDeepStrictEqual(byNode, byWebCrypto)) throw new Error(`The ports disagree: ${change}.`)
  }
})

/** What OpenSSL reads of a certificate, in our terms; undefined when it refuses it. */
function asOpenSslReads(der: Uint8Array): object | undefined {
  try {
    const { serialNumber, validFromDate, validToDate } = new X509Certificate(der)
    return {
      serial: inTwosComplement(serialNumber.toLowerCase()),
      notBefore: validFromDate,
      notAfter: validToDate,
    }
  } catch {
    return undefined
  }
}

/** OpenSSL writes a negative serial number with a sign, our reader as the octets that stand there. */
function inTwosComplement(serial: string): string {
  if (!serial.startsWith('-')) return serial.replace(/^0+(?=.)/, '')
  const magnitude = BigInt(`0x${serial.slice(1)}`)
  let bits = 8
  while (magnitude > 1n << BigInt(bits - 1)) bits += 8
  return BigInt.asUintN(bits, -magnitude).toString(16)
}

test('OpenSSL and we name a negative serial number alike', () => {
  expect(inTwosComplement('-2e2af00da45c0d294d')).toBe('d1d50ff25ba3f2d6b3')
  expect(inTwosComplement('-80')).toBe('80')
  expect(inTwosComplement('-7fff')).toBe('8001')
})

test('a mutated certificate that we read, OpenSSL reads the same', async () => {
  const certificates = (await genuineChains()).flatMap(({ options }) => options.chain)
  const random = seededRandom(5280)
  const mutants = Math.min(count, 20_000)
  let compared = 0
  for (let made = 0; made < mutants; made++) {
    const der = certificates[made % certificates.length] as Uint8Array
    const [mutated = der] = mutate([der], random).items
    let ours: Certificate
    try {
      ours = readCertificate(mutated)
    } catch (error) {
      if (!(error instanceof AttestationError)) throw error
      continue
    }
    const theirs = asOpenSslReads(mutated)
    if (theirs === undefined) continue
    compared++
    expect(theirs).toEqual({ serial: ours.serial, notBefore: ours.notBefore, notAfter: ours.notAfter })
  }
  expect(compared).toBeGreaterThan(mutants / 10)
})
