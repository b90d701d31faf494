import type { ErrorCode } from '@keybound/protocol'
import { AttestationError } from '../errors.ts'
import type { Finding } from './finding.ts'

/** A rule as data: its name, its clause, the code of its refusal. */
export interface Rule {
  readonly name: string
  readonly source: string
  readonly code: ErrorCode
  /** What whoever is refused should do, as a sentence. */
  readonly advice?: string
}

/**
 * Takes down what every rule found. When enforcing, the first rule that fails throws; when collecting, judging goes
 * on so that a person sees everything at once, and the first failure is kept.
 */
export class Ledger {
  readonly findings: Finding[] = []
  readonly #enforce: boolean
  #firstFailure: AttestationError | undefined

  constructor(mode: 'enforce' | 'collect') {
    this.#enforce = mode === 'enforce'
  }

  get firstFailure(): AttestationError | undefined {
    return this.#firstFailure
  }

  /** Takes down one rule. `found` and `expected` complete the sentence "Unexpected …, expected …". */
  check(rule: Rule, passed: boolean, found: string, expected: string): boolean {
    const finding = { rule: rule.name, source: rule.source, found: legible(found), expected, passed }
    this.findings.push(finding)
    if (passed) return true
    const advice = rule.advice === undefined ? '' : ` ${rule.advice}`
    const message = `Unexpected ${finding.found}, expected ${expected}.${advice}`
    this.fail(new AttestationError(rule.code, `${rule.name} (${rule.source})`, message))
    return false
  }

  /** Ends with this refusal when enforcing; keeps it if it is the first when collecting. */
  fail(error: AttestationError): void {
    if (this.#enforce) throw error
    this.#firstFailure ??= error
  }
}

const mostCharacters = 400
/** What nearly everything found is made of; asked first, as it costs a tenth of the other. */
const plain = /^[ -~]*$/
const illegible = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u

/** What was sent stands in findings and logs: without line breaks or characters that turn text around, and cut off. */
function legible(found: string): string {
  if (found.length <= mostCharacters && (plain.test(found) || !illegible.test(found))) return found
  const start = found.slice(0, mostCharacters)
  const clean = Array.from(start, (character) => (illegible.test(character) ? '\ufffd' : character)).join('')
  return found.length > mostCharacters ? `${clean}…` : clean
}
