import { isDeepStrictEqual } from 'node:util'
import { parseAuthenticatorData, parseKeyDescription, parseStatusList } from '@keybound/attestation'
import { concatBytes } from '@keybound/attestation/der'
import { recognize } from '@keybound/attestation/inspect'
import {
  decodeBase64Url,
  decodeCbor,
  decodeCoseKey,
  encodeBase64Url,
  encodeCbor,
  encodeCoseKey,
  parseStrictJson,
} from '@keybound/protocol/encoding'
import { readCertificate } from '../../packages/attestation/src/x509/certificate.ts'
import { readDerTree, writeDerTree } from './der-tree.ts'
import * as own from './own-samples.ts'
import { beginningWith } from './samples.ts'
import { insist, insistSame, type Target } from './target.ts'

/** Each octet may be an item of its own, and each item takes some twenty steps. */
const linear = { fixed: 2_000, each: 60 }
const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const maps = [0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6]

/** The readers, each alone. `samples`: byte strings of the vectors, or none. */
export function readers(samples: readonly Uint8Array[]): readonly Target[] {
  const objects = [...own.attestationObjects, ...own.appAttest.attestations, ...own.appAttest.assertions]
  const certificates = [...own.chains.flat(), ...beginningWith(samples, 0x30)]
  const clientData = own.registrations.map(({ response }) => decodeBase64Url(response.clientDataJSON))
  const json = own.registrations.map((response) => latin1(JSON.stringify(response)))
  const authData = own.attestationObjects.map((bytes) => {
    const object = decodeCbor(bytes)
    return object instanceof Map ? (object.get('authData') as Uint8Array) : bytes
  })
  const coseKeys = authData.map(
    (bytes) => parseAuthenticatorData(bytes).attestedCredential?.publicKey ?? bytes,
  )
  return [
    { name: 'decodeCbor', seeds: [...objects, ...samples], grammar: 'cbor', steps: linear, run: runCbor },
    {
      name: 'decodeCoseKey',
      seeds: [...coseKeys, ...beginningWith(samples, ...maps)],
      grammar: 'cbor',
      steps: linear,
      run: runCose,
    },
    {
      name: 'parseStrictJson',
      seeds: [...json, ...clientData, ...beginningWith(samples, 0x7b)],
      grammar: 'bytes',
      steps: linear,
      run: runJson,
    },
    {
      name: 'decodeBase64Url',
      seeds: own.registrations.map(({ response }) => latin1(response.attestationObject.slice(0, 400))),
      grammar: 'bytes',
      steps: linear,
      run: runBase64Url,
    },
    {
      name: 'DerReader',
      seeds: certificates,
      grammar: 'der',
      steps: { fixed: 2_000, each: 1_000 },
      run: runDer,
    },
    { name: 'readCertificate', seeds: certificates, grammar: 'der', steps: linear, run: runCertificate },
    {
      name: 'parseKeyDescription',
      seeds: [...own.keyDescriptions, ...beginningWith(samples, 0x30)],
      grammar: 'der',
      steps: linear,
      run: runKeyDescription,
    },
    {
      name: 'parseAuthenticatorData',
      seeds: [...authData, ...samples],
      grammar: 'bytes',
      steps: linear,
      run: runAuthenticatorData,
    },
    {
      name: 'parseStatusList',
      seeds: [latin1('{"entries":{"0a1b":{"status":"REVOKED","reason":"KEY_COMPROMISE"}}}')],
      grammar: 'bytes',
      steps: linear,
      run: runStatusList,
    },
    {
      name: 'recognize',
      seeds: [...objects, ...json, ...own.chains.map(pemOf)],
      grammar: 'bytes',
      steps: linear,
      run: recognize,
    },
  ]
}

function pemOf(chain: readonly Uint8Array[]): Uint8Array {
  const blocks = chain.map((der) => {
    const body = Buffer.from(der).toString('base64')
    return `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`
  })
  return latin1(blocks.join(''))
}

/** The profile leaves one encoding for each value, so encoding again must give the very bytes. */
function runCbor(input: Uint8Array): void {
  insistSame(encodeCbor(decodeCbor(input)), input, 'the same bytes when encoded again')
}

function runCose(input: Uint8Array): void {
  const key = decodeCoseKey(input)
  const again = encodeCoseKey(key)
  insist(again.length === input.length, 'a key of the same length when encoded again')
  insist(isDeepStrictEqual(decodeCoseKey(again), key), 'the same key when encoded and decoded again')
}

/** What passes must be read alike by everybody: by JSON.parse, and when written and read again. */
function runJson(input: Uint8Array): void {
  const value = parseStrictJson(input)
  const text = new TextDecoder().decode(input)
  insist(isDeepStrictEqual(JSON.parse(text), value), 'the value that JSON.parse reads')
  const written = JSON.stringify(value)
  insist(
    JSON.stringify(parseStrictJson(new TextEncoder().encode(written))) === written,
    'the same text again',
  )
}

function runBase64Url(input: Uint8Array): void {
  const text = textOf(input)
  insist(encodeBase64Url(decodeBase64Url(text)) === text, 'the same text when encoded again')
}

/** Walks everything that is DER, and writes it again. */
function runDer(input: Uint8Array): void {
  const tree = readDerTree(input)
  if (tree !== undefined) insistSame(writeDerTree(tree), input, 'the same bytes when written again')
}

function runCertificate(input: Uint8Array): void {
  const certificate = readCertificate(input)
  insistSame(certificate.raw, input, 'the bytes that were given')
  insist(
    /^(?:0|[1-9a-f][0-9a-f]{0,39})$/.test(certificate.serial),
    'a serial number in the form of the status list',
  )
  insist(!Number.isNaN(certificate.notBefore.getTime() + certificate.notAfter.getTime()), 'dates')
}

function runKeyDescription(input: Uint8Array): void {
  const description = parseKeyDescription(input)
  insist(Number.isSafeInteger(description.attestationVersion), 'a whole version')
  const tree = readDerTree(input)
  insist(tree !== undefined, 'DER')
  insist(
    isDeepStrictEqual(parseKeyDescription(writeDerTree(tree ?? [])), description),
    'the same description again',
  )
}

/** Every byte is accounted for. */
function runAuthenticatorData(input: Uint8Array): void {
  const { rpIdHash, attestedCredential: credential, extensions } = parseAuthenticatorData(input)
  const attested =
    credential === undefined
      ? []
      : [
          credential.aaguid,
          Uint8Array.of(credential.credentialId.length >> 8, credential.credentialId.length & 0xff),
          credential.credentialId,
          credential.publicKey,
        ]
  const parts = [
    rpIdHash,
    input.subarray(32, 37),
    ...attested,
    ...(extensions ? [encodeCbor(extensions)] : []),
  ]
  insistSame(concatBytes(parts), input, 'parts that make up the whole')
}

function runStatusList(input: Uint8Array): void {
  const { entries } = parseStatusList(new TextDecoder().decode(input))
  for (const serial of entries.keys())
    insist(/^(?:0|[1-9a-f][0-9a-f]*)$/.test(serial), 'serial numbers in lowercase')
}
