import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readPem } from '../../test/support/pem.ts'
import { haveVectors, vectorsFolder } from '../../test/support/vectors.ts'

const mostBytes = 16_384
const mostOfAKind = 1_500

/**
 * The byte strings of all test vectors, whatever they are: certificates of PEM files, and every text in a JSON file that
 * is hexadecimal, base64 or base64url. Empty where the vectors are absent: seeds of our own making remain.
 */
export function vectorSamples(): readonly Uint8Array[] {
  if (!haveVectors) return []
  const found = new Map<string, Uint8Array>()
  const add = (bytes: Uint8Array): void => {
    if (bytes.length > 0 && bytes.length <= mostBytes) found.set(Buffer.from(bytes).toString('latin1'), bytes)
  }
  for (const file of readdirSync(vectorsFolder, { recursive: true, encoding: 'utf8' }).sort()) {
    // Wycheproof varies signatures, which no reader here takes apart.
    if (file.startsWith('wycheproof')) continue
    if (file.endsWith('.pem')) for (const der of readPem(read(file))) add(der)
    if (file.endsWith('.json')) collect(JSON.parse(read(file)), add)
  }
  return [...found.values()]
}

function read(file: string): string {
  return readFileSync(join(vectorsFolder, file), 'utf8')
}

function collect(value: unknown, add: (bytes: Uint8Array) => void): void {
  if (typeof value === 'string') {
    for (const bytes of decode(value)) add(bytes)
    if (value.includes('-----BEGIN CERTIFICATE-----')) for (const der of readPem(value)) add(der)
  } else if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) collect(member, add)
  }
}

function decode(text: string): readonly Uint8Array[] {
  if (/^(?:[0-9a-f]{2})+$/i.test(text)) return [new Uint8Array(Buffer.from(text, 'hex'))]
  if (/^[A-Za-z0-9+/_-]{4,}={0,2}$/.test(text)) return [new Uint8Array(Buffer.from(text, 'base64'))]
  return []
}

/** Those that begin with one of these octets, spread over all, so many at most. */
export function beginningWith(samples: readonly Uint8Array[], ...octets: readonly number[]): Uint8Array[] {
  const fit = samples.filter(([first = -1]) => octets.includes(first))
  const step = Math.max(1, fit.length / mostOfAKind)
  return Array.from(
    { length: Math.min(fit.length, mostOfAKind) },
    (_, at) => fit[Math.floor(at * step)] as Uint8Array,
  )
}
