import { encodeBase64Url } from '@keybound/protocol/encoding'
import type { AppAttestationObject } from '../../apple/attestation-object.ts'
import type { LaunchClaims } from '../../apple/launch-claims.ts'
import { appleRoots, readAppleRoot } from '../../apple/trust.ts'
import { equalBytes, toHex } from '../../internal/bytes.ts'
import { type Certificate, describeKey, describeName } from '../../x509/index.ts'
import type { InspectNode, InspectOptions, InspectState } from '../types.ts'
import { readAppleSystem } from './apple-device.ts'
import { type ChainLink, chainTree, datesReason } from './chain-tree.ts'
import { type FindingBook, node, notAsked } from './nodes.ts'
import { inWords, minute } from './text.ts'

/** What the sections are drawn from. */
export interface AppleDrawing {
  readonly certificates: readonly Certificate[]
  readonly object: AppAttestationObject | undefined
  readonly book: FindingBook
  readonly options: InspectOptions
  readonly issuedAt: Date
  /** Whether client data were given, so that the nonce was compared. */
  readonly isTied: boolean
}

/** The rules about the two certificates but their signatures and dates. */
const roles = [
  'certificate_count',
  'issuer',
  'issuer_is_ca',
  'leaf_not_ca',
  'leaf_key',
  'critical_extensions',
] as const

/** From the root down to the key, and what was found about the chain as a whole. */
export function appleChainSection({ certificates, book, options, issuedAt }: AppleDrawing): InspectNode {
  const [leaf, issuer] = certificates
  const named = (options.roots?.map(readAppleRoot) ?? appleRoots).find(
    (root) => issuer !== undefined && equalBytes(root.subject, issuer.issuer.raw),
  )
  const name = named?.name ?? (issuer ? describeName(issuer.issuer) : 'no root')
  const root = book.line(
    name,
    named
      ? `${describeKey(named.publicKey)}, ${named.kind === 'production' ? 'pinned' : 'for tests only'}`
      : 'key unknown',
    ['root'],
  )
  const [signature] = book.of(['leaf_signature'])
  const state = signature === undefined ? 'told' : signature.passed ? 'pass' : 'fail'
  const broken = state === 'fail' ? 'signature does not verify' : ''
  const links = [
    ...(leaf ? [linkOf(leaf, state, broken, issuedAt)] : []),
    ...(issuer ? [linkOf(issuer, root.state, '', issuedAt)] : []),
  ]
  const tree = chainTree(root, links)
  return node('Chain of trust', '', {
    children: [
      ...(tree ? [tree] : []),
      book.line('Order and roles', `${certificates.length} certificates`, roles),
      book.line('Dates', `judged at ${minute(issuedAt)}`, ['dates']),
    ],
  })
}

/** A certificate whose signature stands like this, at a time at which its dates may not allow it. */
function linkOf(certificate: Certificate, signed: InspectState, why: string, at: Date): ChainLink {
  const dates = datesReason(certificate, at)
  if (signed !== 'pass' || dates === '') return { certificate, state: signed, why }
  return { certificate, state: 'fail', why: dates }
}

/** What the certified data say about key, app and device. */
export function appleSections(drawing: AppleDrawing): readonly InspectNode[] {
  const { object } = drawing
  if (object === undefined) return []
  return [
    node('The key', '', { children: keyLines(object, drawing) }),
    node('The app', '', { children: appLines(object, drawing) }),
    node('The device', '', { children: deviceLines(object, drawing) }),
  ]
}

/** Without these nobody vouches for the authenticator data. */
const vouching = [...roles, 'root', 'leaf_signature', 'dates', 'nonce']

/** A line about authenticator data: unless chain and nonce hold they are a claim, which may fail but not pass. */
function claimLine(
  { book, isTied }: AppleDrawing,
  label: string,
  value: string,
  rules: readonly string[],
): InspectNode {
  const line = book.line(label, value, rules)
  const isVouched = isTied && book.hold(vouching)
  return isVouched || line.state !== 'pass' ? line : { ...line, state: 'told' }
}

function keyLines({ authData }: AppAttestationObject, drawing: AppleDrawing): readonly InspectNode[] {
  const { book, options, isTied } = drawing
  const id = encodeBase64Url(authData.credentialId)
  return [
    options.keyId === undefined
      ? notAsked('Key id', id, 'give the one the app sent')
      : claimLine(drawing, 'Key id', id, ['key_id']),
    claimLine(drawing, 'One key', 'certified, named and sent alike', ['credential_id', 'credential_key']),
    isTied
      ? book.line('Nonce', 'over authenticator data and client data', ['nonce'])
      : notAsked('Nonce', 'not compared', 'give the client data'),
    claimLine(drawing, 'Counter', String(authData.counter), ['counter']),
    node('Unlocked by', 'not said: App Attest proves app and device, no person'),
  ]
}

function appLines({ authData }: AppAttestationObject, drawing: AppleDrawing): readonly InspectNode[] {
  const { book, options } = drawing
  const hash = `hash ${toHex(authData.rpIdHash).slice(0, 16)}…`
  const app = book.of(['app'])[0]
  const environment = new TextDecoder().decode(authData.aaguid).replaceAll('\0', '')
  const names: Readonly<Record<string, string>> = { appattest: 'production', appattestdevelop: 'development' }
  return [
    options.appleApps === undefined
      ? notAsked('App', hash, 'give the app you expect')
      : claimLine(drawing, 'App', app?.passed ? app.found.replace(/^app /, '') : hash, ['app']),
    claimLine(drawing, 'Environment', names[environment] ?? environment, ['environment']),
    ...launchLines(authData.launch, drawing),
  ]
}

function launchLines(launch: LaunchClaims | undefined, drawing: AppleDrawing): readonly InspectNode[] {
  const { validationCategory: category, bundleVersion: version } = launch ?? {}
  const before = launch === undefined ? 'not said before iOS 27' : 'not said'
  const words = category === undefined ? before : inWords(String(category))
  return [
    claimLine(drawing, 'Distributed as', words, ['launch_claims', 'validation_category']),
    claimLine(drawing, 'Bundle version', version ?? before, ['bundle_version']),
  ]
}

function deviceLines(
  { receipt }: AppAttestationObject,
  { book, certificates }: AppleDrawing,
): readonly InspectNode[] {
  const [leaf] = certificates
  const system = leaf && readAppleSystem(leaf)
  const access = book.of(['mac_access_control'])
  return [
    node('System', system ?? 'not said'),
    ...(access.length > 0
      ? [book.line('Mac', 'integrity protection and full security', ['mac_access_control'])]
      : []),
    node('Receipt', `${receipt.length} bytes, not verified here: Apple’s server reads it`),
  ]
}
