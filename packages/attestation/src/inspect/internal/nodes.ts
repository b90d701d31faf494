import type { AttestationError } from '../../errors.ts'
import type { Finding } from '../../policy/finding.ts'
import type { Inspection, InspectNode } from '../types.ts'
import { printable } from './text.ts'

interface NodeParts {
  readonly state?: InspectNode['state']
  readonly why?: string
  readonly source?: string
  readonly children?: readonly InspectNode[]
}

/** A line of the tree. Every text on its way to a person passes here. */
export function node(label: string, value: string, parts: NodeParts = {}): InspectNode {
  const { state = 'told', why = '', source = '', children = [] } = parts
  return {
    label: printable(label),
    value: printable(value),
    state,
    why: printable(why, 'reason'),
    source: printable(source, 'reason'),
    children,
  }
}

/** A line about something nobody said what to expect of. */
export function notAsked(label: string, value: string, why: string): InspectNode {
  return node(label, value, { state: 'notAsked', why })
}

/** Gives findings to the lines they are about, and remembers which no line has shown. */
export class FindingBook {
  readonly #findings: readonly Finding[]
  readonly #shown = new Set<string>()

  constructor(findings: readonly Finding[]) {
    this.#findings = findings
  }

  /** The findings of these rules, for a line that shows them. */
  of(rules: readonly string[]): readonly Finding[] {
    for (const rule of rules) this.#shown.add(rule)
    return this.#findings.filter(({ rule }) => rules.includes(rule))
  }

  /** Whether all of these rules were judged that could be, and passed; shows nothing. */
  hold(rules: readonly string[]): boolean {
    const judged = this.#findings.filter(({ rule }) => rules.includes(rule))
    return judged.length > 0 && judged.every(({ passed }) => passed)
  }

  /** A line whose state is that of these rules: all that failed say why; `told` when none was judged. */
  line(
    label: string,
    value: string,
    rules: readonly string[],
    children: readonly InspectNode[] = [],
  ): InspectNode {
    const judged = this.of(rules)
    const failed = judged.filter(({ passed }) => !passed)
    if (failed.length > 0) {
      const sources = new Set(failed.map(({ source }) => source))
      const source = [...sources].join('; ')
      return node(label, value, { state: 'fail', why: reasonOf(failed), source, children })
    }
    return node(label, value, { state: judged.length > 0 ? 'pass' : 'told', children })
  }

  /** Lines for the failed rules that no other line has shown, so that no refusal stays hidden. */
  rest(): readonly InspectNode[] {
    return this.#findings
      .filter(({ rule, passed }) => !passed && !this.#shown.has(rule))
      .map(({ rule, found, expected, source }) =>
        node(rule, found, { state: 'fail', why: `expected ${expected}`, source }),
      )
  }
}

/** Why rules failed, in words: what was found of several things, and once what was expected of them all. */
export function reasonOf(failed: readonly Finding[]): string {
  const found = Map.groupBy(failed, ({ expected }) => expected)
  return [...found]
    .map(([expected, alike]) => `${alike.map((finding) => finding.found).join(', ')}, expected ${expected}`)
    .join('; ')
}

/** The parts of a refusal that a person is shown. */
export function refusalOf({ code, rule, message }: AttestationError): NonNullable<Inspection['refusal']> {
  return { code, rule: printable(rule), message: printable(message, 'reason') }
}
