import { children, type XmlDocument, type XmlElement } from './resources.ts'

/**
 * The folder of the module, below the data folder of the app. It lies where Android takes no backup from anyway
 * (Context.getNoBackupFilesDir); the rules say so to the tools, and to systems that move more than they should.
 */
const ours = { domain: 'root', path: 'no_backup/keybound/' } as const

/** The ways by which Android 12 and later takes an app's files off the phone. */
const ways = ['cloud-backup', 'device-transfer'] as const

/** `android:fullBackupContent` (to Android 11): the app's rules, or none, without our files. */
export function withoutOursInBackup(rules: XmlDocument | undefined): XmlDocument {
  return { 'full-backup-content': excluding(rules?.['full-backup-content']) }
}

/** `android:dataExtractionRules` (from Android 12): the app's rules, or none, without our files in either way. */
export function withoutOursInExtraction(rules: XmlDocument | undefined): XmlDocument {
  const given = rules?.['data-extraction-rules']
  const sections = ways.map((way): [string, XmlElement[]] => [way, [excluding(children(given, way)[0])]])
  // A way that the app does not mention takes everything, so it is mentioned now.
  return { 'data-extraction-rules': { ...asElement(given), ...Object.fromEntries(sections) } }
}

/** A section with an exclusion of ours, unless what it includes leaves ours out already. */
function excluding(section: XmlElement | undefined): XmlElement {
  const included = children(section, 'include')
  const isOut = included.length > 0 && !included.some(coversOurs)
  const excluded = children(section, 'exclude')
  if (isOut || excluded.some(coversOurs)) return asElement(section)
  return { ...asElement(section), exclude: [...excluded, { $: { ...ours } }] }
}

function coversOurs({ $ }: XmlElement): boolean {
  if ($?.domain !== ours.domain) return false
  const path = ($.path ?? '.').replace(/\/+$/, '')
  return path === '.' || path === '' || `${ours.path}`.startsWith(`${path}/`)
}

function asElement(element: XmlElement | undefined): XmlElement {
  return typeof element === 'object' ? element : {}
}
