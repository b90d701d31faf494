import { defaultCrypto } from '#default-crypto'
import { type AppAttestationObject, readAppAttestationObject } from '../apple/attestation-object.ts'
import { judgeAppAttestation } from '../apple/verify-attestation.ts'
import { AttestationError } from '../errors.ts'
import { appleChainSection, appleSections } from './internal/apple-sections.ts'
import { readAll } from './internal/chain-tree.ts'
import { FindingBook, node, refusalOf } from './internal/nodes.ts'
import { printable } from './internal/text.ts'
import type { Inspection, InspectOptions } from './types.ts'

const untied =
  'Nothing ties the object to its certificates until its nonce is compared: give the client data.'
const proven = 'A genuine Apple device made this key for the app, which passed these client data.'

/** Judges an App Attest attestation to the end and draws it as a tree. Throws nothing for what was sent. */
export async function inspectAppAttest(
  attestationObject: Uint8Array,
  options: InspectOptions,
): Promise<Inspection> {
  const { now, crypto = defaultCrypto, roots, testOnly = false, appleApps, keyId, appAttestPolicy } = options
  const object = objectOf(attestationObject)
  const certificates = readAll(object?.x5c ?? [])
  const clientData = options.clientData ?? options.challenge
  const issuedAt = (options.issuedAt === 'created' ? certificates[0]?.notBefore : options.issuedAt) ?? now
  const { passed, findings, error } = await judgeAppAttestation({
    attestationObject,
    ...(clientData && { clientDataHash: await crypto.sha256(clientData) }),
    ...(keyId !== undefined && { keyId }),
    ...(appleApps && { app: appleApps }),
    ...(appAttestPolicy && { policy: appAttestPolicy }),
    trust: { testOnly, ...(roots && { roots }) },
    issuedAt,
    now: new Date(Math.max(issuedAt.getTime(), now.getTime())),
    crypto,
  })
  const book = new FindingBook(findings)
  const drawing = { certificates, object, book, options, issuedAt, isTied: clientData !== undefined }
  const sections = [appleChainSection(drawing), ...appleSections(drawing)]
  const rest = book.rest()
  return {
    kind: 'appAttest',
    title: 'Apple App Attest attestation',
    passed: passed && drawing.isTied,
    summary: error ? printable(error.message, 'reason') : drawing.isTied ? proven : untied,
    refusal: error && refusalOf(error),
    notAsked: [
      drawing.isTied ? '' : 'client data',
      appleApps === undefined ? 'app' : '',
      keyId === undefined ? 'key id' : '',
    ].filter(Boolean),
    sections: rest.length === 0 ? sections : [...sections, node('Further rules', '', { children: rest })],
    findings,
  }
}

/** The object if it can be read; if not, judging says why. */
function objectOf(bytes: Uint8Array): AppAttestationObject | undefined {
  try {
    return readAppAttestationObject(bytes)
  } catch (cause) {
    if (cause instanceof AttestationError) return undefined
    throw cause
  }
}
