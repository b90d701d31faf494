import type { AssuranceLevel } from '@keybound/protocol'
import type { KeyDescription } from '../../android/key-description/key-description.ts'
import { chainRules } from '../../android/rules.ts'
import { type AndroidRoot, googleRoots, readAndroidRoot } from '../../android/trust/root.ts'
import type { AndroidKeyJudgement } from '../../android/types.ts'
import { equalBytes } from '../../internal/bytes.ts'
import { type Certificate, describeKey, describeName } from '../../x509/index.ts'
import type { InspectNode, InspectOptions } from '../types.ts'
import { chainTree, datesReason } from './chain-tree.ts'
import {
  describeApplication,
  describeBoot,
  describeCreation,
  describeDevice,
  describeHome,
  describeLock,
  describePatches,
  describePurposes,
  describeSystem,
  describeUnlocking,
  describeUse,
} from './key-words.ts'
import { type FindingBook, node, notAsked, reasonOf } from './nodes.ts'
import { capital, minute, textOrBase64 } from './text.ts'

/** What the sections are drawn from. */
export interface AndroidDrawing {
  readonly certificates: readonly Certificate[]
  readonly judgement: AndroidKeyJudgement
  readonly description: KeyDescription | undefined
  readonly book: FindingBook
  readonly options: InspectOptions
  readonly issuedAt: Date
  readonly challengeAsked: boolean
}

/** From the root down to the key, and what was found about the chain as a whole. */
export function chainSection(drawing: AndroidDrawing): InspectNode {
  const { book, judgement, issuedAt, options } = drawing
  const tree = drawTree(drawing)
  const provisioning = judgement.attestation?.provisioning
  const count = `${drawing.certificates.length} certificates`
  return node('Chain of trust', '', {
    children: [
      ...(tree ? [tree] : []),
      book.line('Order and roles', provisioning ? `${count}, ${provisioning} provisioning` : count, [
        'chain_length',
        'certificates_distinct',
        'critical_extensions',
        'names_chain',
        'chain_shape',
        'leaf_not_ca',
        'issuers_are_ca',
        'path_length',
        'remotely_provisioned',
      ]),
      placementLine(book),
      book.line('Dates', `judged at ${minute(issuedAt)}`, ['validity']),
      options.status === undefined
        ? notAsked('Revocation', 'not looked up', 'give Google’s status list')
        : book.line('Revocation', `looked up among ${options.status.entries.size} entries`, [
            'status_known',
            'not_revoked',
          ]),
    ],
  })
}

/** The extension that describes the key: only in the key's own certificate is it worth anything. */
function placementLine(book: FindingBook): InspectNode {
  const rules = ['key_description_placement', 'key_description_not_critical', 'provisioning_info_placement']
  const isPlaced = book.of(rules).every(({ passed }) => passed)
  return book.line(
    'Key description',
    isPlaced ? 'in the key’s own certificate, nowhere else' : 'misplaced',
    rules,
  )
}

/** The root, when the chain leads to one, and the certificates below it with the states of their signatures and dates. */
function drawTree({ certificates, book, options, issuedAt }: AndroidDrawing): InspectNode | undefined {
  const signatures = book.of(['signatures'])
  const dates = book.of(['validity'])
  const [rootFinding] = book.of(['root_pinned'])
  const last = certificates.at(-1)
  const isSelfIssued = last !== undefined && equalBytes(last.issuer.raw, last.subject.raw)
  const shown = last && rootNamed(last, isSelfIssued, options)
  const isBrought =
    shown !== undefined && last !== undefined && equalBytes(shown.publicKey.spki, last.publicKey.spki)
  const dropsRoot = isSelfIssued || isBrought
  const links = (dropsRoot ? certificates.slice(0, -1) : certificates).map((certificate, index) => {
    const finding = signatures[index]
    if (finding === undefined) return { certificate, state: 'told' } as const
    if (!finding.passed) return { certificate, state: 'fail', why: finding.found } as const
    // The leaf's dates are not judged, so those of the first issuer come first.
    return dates[index - 1]?.passed === false
      ? ({ certificate, state: 'fail', why: datesReason(certificate, issuedAt) } as const)
      : ({ certificate, state: 'pass' } as const)
  })
  const trusted = rootFinding?.passed === true
  const name = shown?.name ?? (last ? describeName(dropsRoot ? last.subject : last.issuer) : 'no root')
  const key = shown ? describeKey(shown.publicKey) : 'key unknown'
  const root = node(name || 'a root without a name', `${key}, ${trusted ? trustIn(shown) : 'not trusted'}`, {
    state: trusted ? 'pass' : 'fail',
    why: trusted ? '' : rootFinding ? `expected ${rootFinding.expected}` : 'the chain was not judged',
  })
  return chainTree(root, links)
}

/** What a trusted root is trusted for. */
function trustIn(root: AndroidRoot | undefined): string {
  return root?.kind === 'production' ? 'pinned' : 'for tests only'
}

/** The root that the last certificate is, or that its issuer names. */
function rootNamed(
  last: Certificate,
  isSelfIssued: boolean,
  { roots }: InspectOptions,
): AndroidRoot | undefined {
  const known = roots?.map(readAndroidRoot) ?? googleRoots
  const byKey = known.find(({ publicKey }) => equalBytes(publicKey.spki, last.publicKey.spki))
  if (byKey !== undefined || isSelfIssued) return byKey
  return known.find(({ subject }) => equalBytes(subject, last.issuer.raw))
}

/**
 * What the hardware and the system say about key and device. Where the chain does not hold nobody vouches for that, so
 * it may fail but not pass.
 */
export function keySections(drawing: AndroidDrawing): readonly InspectNode[] {
  const { description, book } = drawing
  if (description === undefined) return []
  const isVouched = book.hold(chainRuleNames) && book.hold(['signatures'])
  const section = (title: string, lines: readonly InspectNode[]) =>
    isVouched
      ? node(title, '', { children: lines })
      : node(`${title}, by its own word`, '', { children: lines.map(asTold) })
  return [
    section('The key', keyLines(description, drawing)),
    section('The device', deviceLines(description, drawing)),
  ]
}

const chainRuleNames = Object.values(chainRules).map(({ name }) => name)

/** A claim that nobody vouches for. */
function asTold(line: InspectNode): InspectNode {
  return line.state === 'pass' ? { ...line, state: 'told' } : line
}

function keyLines(description: KeyDescription, drawing: AndroidDrawing): readonly InspectNode[] {
  const { book, options, challengeAsked } = drawing
  const { hardwareEnforced: hardware, attestationChallenge } = description
  const challenge = textOrBase64(attestationChallenge)
  return [
    book.line('Lives in', describeHome(description), [
      'attestation_version',
      'security_level',
      'security_levels_agree',
      'security_level_certified',
    ]),
    book.line('Origin', hardware.origin === 'generated' ? 'made there' : (hardware.origin ?? 'not said'), [
      'origin',
    ]),
    book.line('Kind', describeUse(hardware), ['key_type', 'key_matches_description', 'digests', 'paddings']),
    book.line('Good for', describePurposes(hardware), ['purposes']),
    book.line('Unlocked by', describeUnlocking(description), [
      'user_auth_required',
      'user_auth_type',
      'user_auth_timeout',
      'allow_while_on_body',
    ]),
    challengeAsked
      ? book.line('Challenge', challenge, ['challenge'])
      : notAsked('Challenge', challenge, 'give the one you issued'),
    options.androidApps === undefined
      ? notAsked('App', describeApplication(description), 'give the app you expect')
      : book.line('App', describeApplication(description), [
          'all_applications',
          'application_package',
          'application_signer',
          'application_version',
        ]),
    book.line('Made', describeCreation(description), []),
  ]
}

function deviceLines(
  description: KeyDescription,
  { book, judgement }: AndroidDrawing,
): readonly InspectNode[] {
  const { hardwareEnforced: hardware } = description
  const device = describeDevice(description)
  const issued = judgement.attestation?.certificatesIssued
  return [
    book.line('Bootloader', describeLock(hardware), ['root_of_trust', 'device_locked']),
    book.line('Verified boot', describeBoot(hardware), ['verified_boot_state', 'verified_boot_key']),
    book.line('System', describeSystem(hardware), ['os_version', 'os_patch_level']),
    book.line('Patches', describePatches(hardware), ['vendor_patch_level', 'boot_patch_level']),
    ...(device ? [node('Names itself', device)] : []),
    ...(issued === undefined ? [] : [node('Certificates', `${issued} issued to this device in 30 days`)]),
  ]
}

/** What each level would say, in their order. A reason is told once: `refused` is the one that the verdict told. */
export function levelsSection(
  judgements: readonly (readonly [AssuranceLevel, AndroidKeyJudgement])[],
  refused: AndroidKeyJudgement,
): InspectNode {
  const told = new Map([[refusalReason(refused).why, 'as above']])
  const lineOf = (level: AssuranceLevel, judgement: AndroidKeyJudgement) => {
    if (judgement.passed) return node(level, meanings[level], { state: 'pass' })
    const reason = refusalReason(judgement)
    const where = told.get(reason.why)
    told.set(reason.why, where ?? `as ${level}`)
    return node(level, meanings[level], { state: 'fail', ...(where === undefined ? reason : { why: where }) })
  }
  return node('Levels', '', { children: judgements.map((judged) => lineOf(...judged)) })
}

/** The first rule that failed, or the refusal that came before any rule. */
export function refusalReason({ findings, error }: AndroidKeyJudgement): {
  readonly why: string
  readonly source: string
} {
  const failed = findings.filter(({ passed }) => !passed)
  const [first] = failed
  if (first === undefined) return { why: error?.message ?? '', source: error?.rule ?? '' }
  const reason = reasonOf(failed.filter(({ rule }) => rule === first.rule))
  return { why: `${capital(first.rule.replaceAll('_', ' '))}: ${reason}`, source: first.source }
}

const meanings: Readonly<Record<AssuranceLevel, string>> = {
  W: 'a genuine hardware key, unlocked by anything',
  L1: 'a key that only an authenticated user can use',
  L2: 'biometric for every use, on a locked and verified device',
  R: 'L2 in StrongBox, remotely provisioned',
}
