import type { Attack, Outcome } from '../attack.ts'

/** An app that was attacked, as the report names it. */
export interface Attacked {
  readonly name: string
  /** How it decides that its user is there. */
  readonly pattern: string
}

/** Everything that was tried. */
export interface Results {
  /** When, as an ISO date and time. */
  readonly at: string
  readonly apps: readonly Attacked[]
  readonly rows: readonly Row[]
}

/** One attack against every app, in their order. */
export interface Row {
  readonly attack: Attack
  readonly outcomes: readonly Outcome[]
}

/** How an outcome is called in front of people. */
export const words: { readonly [R in Outcome['result']]: string } = {
  lost: 'lost',
  held: 'held',
  residual: 'residual risk',
  notApplicable: 'not applicable',
}

/** The same in a table, which has little room. */
export const marks: { readonly [R in Outcome['result']]: string } = {
  lost: 'LOST',
  held: 'held',
  residual: 'risk',
  notApplicable: '·',
}

/** How often an app lost, of the attacks that apply to it. */
export function tallyOf({ rows }: Results, app: number): { readonly lost: number; readonly tried: number } {
  const results = rows.map(({ outcomes }) => outcomes[app]?.result)
  const tried = results.filter((result) => result !== undefined && result !== 'notApplicable')
  return { lost: tried.filter((result) => result === 'lost').length, tried: tried.length }
}
