import type { Inspection, InspectNode, InspectState } from '@keybound/attestation/inspect'
import { createPaint, type Paint, type Style } from './paint.ts'

export interface DrawOptions {
  readonly isColorful: boolean
  /** Characters of a line; longer reasons are wrapped. At least 40. */
  readonly columns: number
}

const signs: Readonly<Record<InspectState, { readonly sign: string; readonly style: Style }>> = {
  pass: { sign: '✔', style: 'green' },
  fail: { sign: '✘', style: 'red' },
  notAsked: { sign: '○', style: 'yellow' },
  told: { sign: '·', style: 'gray' },
}

/** Draws an inspection as text: verdict, what was not asked, and the tree. */
export function drawInspection(inspection: Inspection, { isColorful, columns }: DrawOptions): string {
  const drawing: Drawing = { paint: createPaint(isColorful), width: Math.max(40, columns) - margin.length }
  const lines = [
    '',
    ...heading(inspection, drawing),
    ...inspection.sections.flatMap((section) => ['', ...drawSection(section, drawing)]),
    '',
  ]
  return lines
    .map((line) => `${margin}${line}`.trimEnd())
    .join('\n')
    .concat('\n')
}

const margin = '  '

interface Drawing {
  readonly paint: Paint
  readonly width: number
}

function heading(inspection: Inspection, { paint, width }: Drawing): string[] {
  const { title, summary, refusal, notAsked } = inspection
  const { words, style } = verdictOf(inspection)
  const why = wrap(summary, width).map((line) => paint(style, line))
  const code = refusal === undefined ? [] : [paint('gray', `${refusal.code} · ${refusal.rule}`)]
  const asked = notAsked.length === 0 ? [] : [paint('yellow', `Not asked: ${notAsked.join(', ')}`)]
  return [`${paint(['bold', style], words)}  ${paint('bold', title)}`, ...why, ...code, ...asked]
}

/** Not passed without a refusal: nothing is wrong, but what would prove it was not given. */
function verdictOf({ passed, refusal }: Inspection) {
  if (passed) return { words: '✔ PASS', style: 'green' } as const
  if (refusal === undefined) return { words: '○ NOT PROVEN', style: 'yellow' } as const
  return { words: '✘ REFUSED', style: 'red' } as const
}

function drawSection({ label, children }: InspectNode, drawing: Drawing): string[] {
  return [drawing.paint('bold', label), ...drawChildren(children, '', drawing)]
}

function drawChildren(
  nodes: readonly InspectNode[],
  indent: string,
  drawing: Drawing,
  isChain = false,
): string[] {
  // Labels of lines without anything below them stand in one column; what hangs in a chain has no column.
  const column = isChain ? 0 : Math.max(0, ...nodes.filter(isFlat).map(({ label }) => label.length))
  return nodes.flatMap((node, index) => {
    const isLast = index === nodes.length - 1
    const branch = drawing.paint('gray', `${indent}${isLast ? '└─' : '├─'}`)
    const below = `${indent}${isLast ? '   ' : '│  '}`
    return drawNode(node, branch, below, isFlat(node) ? column : 0, drawing)
  })
}

function isFlat({ children }: InspectNode): boolean {
  return children.length === 0
}

function drawNode(
  { label, value, state, why, source, children }: InspectNode,
  branch: string,
  below: string,
  column: number,
  drawing: Drawing,
): string[] {
  const { paint, width } = drawing
  const { sign, style } = signs[state]
  const name = column > 0 ? paint('gray', label.padEnd(column)) : paint('bold', label)
  // A hint is short and stands beside its value; a reason with its clause stands below.
  const isHint = state === 'notAsked' || (source === '' && why !== '' && why.length <= mostOfHint)
  const hint = isHint ? `  (${why})` : ''
  const used = below.length + 2 + Math.max(column, label.length) + 2 + hint.length
  const shown = clip(value, width - used)
  const text = shown === '' ? '' : `  ${state === 'fail' ? paint('red', shown) : shown}`
  const head = `${branch} ${paint(style, sign)} ${name}${text}`
  const hang = `${below}${children.length > 0 ? '│ ' : '  '}${' '.repeat(column)}  `
  const reason = (line: string, paintedAs: Style) => `${paint('gray', hang)}${paint(paintedAs, line)}`
  const rest = drawChildren(children, below, drawing, true)
  if (isHint) return [`${head}${paint(style, hint)}`, ...rest]
  const reasons = wrap(why, width - hang.length).map((line) => reason(line, style))
  const sources = wrap(source, width - hang.length).map((line) => reason(line, 'gray'))
  return [head, ...reasons, ...sources, ...rest]
}

/** Characters of a reason that may stand beside its value. */
const mostOfHint = 30

/** The beginning of a value that has no room; --json has all of it. */
function clip(value: string, room: number): string {
  const most = Math.max(20, room)
  return value.length <= most ? value : `${value.slice(0, most - 1)}…`
}

/** Breaks a text into lines at its spaces. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').filter(Boolean)) {
    if (line !== '' && line.length + 1 + word.length > Math.max(20, width)) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return line === '' ? lines : [...lines, line]
}
