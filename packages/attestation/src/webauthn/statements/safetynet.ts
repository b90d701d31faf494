import { type CborMap, decodeBase64Url, type JsonValue, parseStrictJson } from '@keybound/protocol/encoding'
import { DerReader } from '../../der/reader.ts'
import { decodeUtf8 } from '../../der/values.ts'
import { refusing } from '../../errors.ts'
import { equalBytes, fromBase64 } from '../../internal/bytes.ts'
import { type Certificate, readCertificate } from '../../x509/certificate.ts'
import { isSignedByLeaf, mostCertificates } from './certificates.ts'
import {
  bytesOf,
  invalidStatement,
  requireMembers,
  type StatementInput,
  type StatementVerdict,
} from './statement.ts'

const rule = 'WebAuthn L3 §8.5'
const host = 'attest.android.com'
/** Most bytes of the JSON in header and payload, so also of every text in it. */
const mostBytes = 32_768
/** Milliseconds between the verdict and its arrival: the device's clock is not asked, Google's is. */
const longestDelay = 60_000

type Members = Readonly<Record<string, JsonValue>>

/**
 * Android SafetyNet attestation (WebAuthn L3 §8.5), deprecated: a signed verdict of a service that Google has ended. It
 * speaks of the device and nothing of the key, so it never proves hardware; kept to judge stored evidence again.
 */
export async function verifySafetyNet(statement: CborMap, input: StatementInput): Promise<StatementVerdict> {
  requireMembers(statement, ['ver', 'response'], rule)
  const version = statement.get('ver')
  if (typeof version !== 'string' || version === '')
    throw invalidStatement(rule, 'Unexpected ver, expected text.')
  const parts = new TextDecoder().decode(bytesOf(statement, 'response', rule)).split('.')
  const [header = '', payload = '', signature = ''] = parts
  if (parts.length !== 3)
    throw invalidStatement(rule, `Unexpected ${parts.length} parts, expected a compact JWS.`)
  const { alg, x5c } = readJson(header)
  const trustPath = readChain(x5c)
  const [leaf] = trustPath
  checkHost(leaf)
  // RFC 7515 §5.2; the only algorithm the service has used.
  const algorithm = alg === 'RS256' ? 'rsa-pkcs1-sha256' : undefined
  const signed = new TextEncoder().encode(`${header}.${payload}`)
  if (!(await isSignedByLeaf(input.crypto, algorithm, leaf, readBase64Url(signature), signed))) {
    throw invalidStatement(rule, 'Unexpected signature, expected RS256 by the certified key.')
  }
  await checkVerdict(readJson(payload), input)
  return { type: 'basic', trustPath, subject: 'device' }
}

async function checkVerdict(
  verdict: Members,
  { crypto, signedData, options }: StatementInput,
): Promise<void> {
  const { nonce, ctsProfileMatch, timestampMs } = verdict
  const expected = await crypto.sha256(signedData)
  if (typeof nonce !== 'string' || !equalBytes(readBase64(nonce), expected)) {
    throw invalidStatement(rule, 'Unexpected nonce, expected the hash of this response.')
  }
  if (ctsProfileMatch !== true) {
    throw invalidStatement(rule, 'Unexpected ctsProfileMatch, expected a device that passed.')
  }
  const age = typeof timestampMs === 'number' ? options.issuedAt.getTime() - timestampMs : Number.NaN
  if (!(age >= 0 && age <= longestDelay)) {
    throw invalidStatement(
      rule,
      `Unexpected timestampMs, expected at most ${longestDelay} ms before the registration.`,
    )
  }
}

function readChain(x5c: JsonValue | undefined): readonly [Certificate, ...Certificate[]] {
  if (!Array.isArray(x5c) || x5c.length === 0 || x5c.length > mostCertificates) {
    throw invalidStatement(rule, `Unexpected x5c in the JWS, expected 1 to ${mostCertificates} certificates.`)
  }
  const chain = x5c.map((text: unknown) => {
    if (typeof text !== 'string') throw invalidStatement(rule, 'Unexpected item in x5c, expected base64.')
    return readCertificate(readBase64(text))
  })
  return chain as [Certificate, ...Certificate[]]
}

/** The certificate was issued to the service: its one DNS name. */
function checkHost({ subjectAltName }: Certificate): void {
  const names = refusing('attestation_statement_invalid', rule, () => {
    const found: string[] = []
    if (subjectAltName === undefined) return found
    const outer = new DerReader(subjectAltName)
    const list = outer.enter()
    outer.end()
    while (!list.atEnd) {
      const { tag, contents } = list.next()
      if (tag === dnsName) found.push(decodeUtf8(contents))
    }
    return found
  })
  if (names.length !== 1 || names[0] !== host) {
    throw invalidStatement(rule, `Unexpected name in the certificate, expected ${host}.`)
  }
}

/** GeneralName dNSName: [2] IMPLICIT IA5String. */
const dnsName = 0x82

function readJson(part: string): Members {
  const value = refusing('attestation_statement_invalid', rule, () =>
    parseStrictJson(readBase64Url(part), { maxBytes: mostBytes }),
  )
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw invalidStatement(rule, 'Unexpected JSON in the JWS, expected an object.')
  }
  return value as Members
}

function readBase64Url(text: string): Uint8Array {
  return refusing('attestation_statement_invalid', rule, () => decodeBase64Url(text))
}

/** Standard base64 with padding (RFC 4648 §4), as the service and RFC 7515 §4.1.6 write it. */
function readBase64(text: string): Uint8Array {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) {
    throw invalidStatement(rule, 'Unexpected text in the JWS, expected base64.')
  }
  return fromBase64(text)
}
