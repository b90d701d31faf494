import { minorDigits } from './currencies.ts'
import type { FieldValue, Statement } from './statement.ts'

/** A statement as it is shown: nothing in it comes from anywhere else. */
export interface RenderedStatement {
  readonly language: string
  readonly title: string
  /** One for each field, in the order of the statement's view. A value has one line or more. */
  readonly rows: readonly { readonly label: string; readonly value: readonly string[] }[]
  /** All of it as lines of plain text, for prompts and logs. */
  readonly text: string
}

/** Languages that write a decimal comma. All others get a point; digits are grouped by spaces, so neither misleads. */
const commaLanguages = new Set(
  'bg ca cs da de el es et fi fr hr hu id is it lt lv nb nl nn no pl pt ro ru sk sl sq sr sv tr uk vi'.split(
    ' ',
  ),
)

/** Makes what is shown from the statement alone. */
export function renderStatement({ fields, view }: Statement): RenderedStatement {
  const mark = commaLanguages.has(view.language.split('-')[0] ?? '') ? ',' : '.'
  const rows = view.rows.map(({ field, label }) => ({
    label,
    value: linesOf(fields[field] as FieldValue, mark),
  }))
  const body = rows.flatMap(({ label, value }) =>
    value.length === 1 ? [`${label}: ${value[0]}`] : [`${label}:`, ...value.map((line) => `  ${line}`)],
  )
  return { language: view.language, title: view.title, rows, text: [view.title, ...body].join('\n') }
}

function linesOf(value: FieldValue, mark: string): readonly string[] {
  switch (value.kind) {
    case 'amount':
      return [formatAmount(value.minor, value.currency, mark)]
    case 'payee':
      return [value.name, value.account]
    case 'batch':
      return [
        formatAmount(value.total, value.currency, mark),
        ...value.payees.map(
          ({ name, account, minor }) => `${formatAmount(minor, value.currency, mark)} → ${name}, ${account}`,
        ),
      ]
    case 'lines':
      return value.lines
    default:
      return [value.text]
  }
}

/** Such as `1 234.56 EUR`, with spaces that do not break. Our own: what Intl writes differs between versions. */
function formatAmount(minor: number, currency: string, mark: string): string {
  const digits = minorDigits(currency) ?? 0
  const padded = String(minor).padStart(digits + 1, '0')
  const whole = padded.slice(0, padded.length - digits).replace(/\B(?=(\d{3})+$)/g, '\u00a0')
  return `${whole}${digits === 0 ? '' : mark + padded.slice(-digits)}\u00a0${currency}`
}
