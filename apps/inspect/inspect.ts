import { type AndroidApplication, type AppleApp, parseStatusList } from '@keybound/attestation'
import {
  type Inspection,
  type InspectNode,
  type InspectOptions,
  type InspectState,
  inspect,
  readAppText,
  readBytesText,
  readPemCertificates,
  recognize,
} from '@keybound/attestation/inspect'
import { createWebCrypto } from '@keybound/attestation/webcrypto'
import { type Example, forged, genuine } from './examples.ts'

// The page /inspect: what `keybound inspect` draws in a terminal, drawn here, and computed here too.

const crypto = createWebCrypto()

const form = element('form', HTMLFormElement)
const evidence = element('evidence', HTMLTextAreaElement)
const file = element('file', HTMLInputElement)
const verdict = element('verdict', HTMLElement)
const tree = element('tree', HTMLElement)

/** What a file gave, where a text field cannot hold it. */
let binary: Uint8Array | undefined
let exampleRoots: readonly Uint8Array[] | undefined
/** The newest run draws; slower ones before it do not. */
let runs = 0

form.addEventListener('submit', (event) => event.preventDefault())
form.addEventListener('change', () => void show())
form.addEventListener('input', ({ target }) => {
  if (target === evidence) forget()
  if (target instanceof HTMLInputElement && target.type === 'file') return
  void show()
})
file.addEventListener('change', () => void openFile(file.files?.[0]))
element('genuine', HTMLButtonElement).addEventListener('click', () => void showExample(genuine))
element('forged', HTMLButtonElement).addEventListener('click', () => void showExample(forged))

for (const kind of ['dragover', 'dragleave', 'drop'] as const) {
  document.addEventListener(kind, (event) => {
    event.preventDefault()
    document.body.classList.toggle('dragging', kind === 'dragover')
    if (kind === 'drop') void openFile(event.dataTransfer?.files[0])
  })
}

/** Something else is looked at now: what came with an example or a file is no longer meant. */
function forget(): void {
  binary = undefined
  exampleRoots = undefined
}

async function openFile(chosen: File | undefined): Promise<void> {
  if (chosen === undefined) return
  forget()
  const bytes = new Uint8Array(await chosen.arrayBuffer())
  const text = new TextDecoder().decode(bytes)
  const isText = !text.includes('\ufffd')
  evidence.value = isText ? text : `${chosen.name}, ${bytes.length} bytes`
  binary = isText ? undefined : bytes
  await show()
}

async function showExample(example: Example): Promise<void> {
  forget()
  evidence.value = example.evidence
  exampleRoots = readPemCertificates(example.roots)
  field('challenge').value = example.challenge
  field('app').value = example.app
  element('level', HTMLSelectElement).value = 'L2'
  // The certificates of an example have an end like all others.
  element('when', HTMLSelectElement).value = 'created'
  await show()
}

/** Judges what is there now and draws it. */
async function show(): Promise<void> {
  const run = ++runs
  const outcome = await look().catch((error: unknown) =>
    String(error instanceof Error ? error.message : error),
  )
  if (run !== runs) return
  tree.replaceChildren(...(typeof outcome === 'string' ? [] : outcome.sections.map(drawSection)))
  verdict.replaceChildren(...(typeof outcome === 'string' ? drawMistake(outcome) : drawVerdict(outcome)))
}

/** The inspection, or a sentence about what is missing or not understood. */
async function look(): Promise<Inspection | string> {
  const bytes = binary ?? new TextEncoder().encode(evidence.value)
  if (bytes.length === 0) return 'Paste a piece of evidence, drop a file, or look at an example.'
  const recognized = recognize(bytes)
  if (recognized === undefined) {
    return 'This is no PEM chain, App Attest attestation, WebAuthn registration or attestation object.'
  }
  return inspect(recognized, await readOptions())
}

async function readOptions(): Promise<InspectOptions> {
  const challenge = understood('challenge', readBytesText)
  const app = understood('app', readAppText)
  const [clientData, status, roots] = await Promise.all([
    readFile('client-data'),
    readFile('status'),
    readFile('roots'),
  ])
  const trusted = roots ? readPemCertificates(textOf(roots)) : exampleRoots
  const [origin, rpId] = [field('origin').value.trim(), field('rp-id').value.trim()]
  return {
    now: new Date(),
    crypto,
    level: element('level', HTMLSelectElement).value as NonNullable<InspectOptions['level']>,
    testOnly: field('test-roots').checked || (exampleRoots !== undefined && trusted === exampleRoots),
    ...appsOf(app),
    ...(element('when', HTMLSelectElement).value === 'created' && { issuedAt: 'created' as const }),
    ...(challenge && { challenge }),
    ...(clientData && { clientData }),
    ...(origin && { origins: [origin] }),
    ...(rpId && { rpId }),
    ...(trusted && { roots: trusted }),
    ...(status && { status: parseStatusList(textOf(status)) }),
    ...(field('development').checked && {
      appAttestPolicy: { environments: ['production', 'development'] as const },
    }),
  }
}

function appsOf(
  app: AndroidApplication | AppleApp | undefined,
): Pick<InspectOptions, 'androidApps' | 'appleApps'> {
  if (app === undefined) return {}
  return 'teamId' in app ? { appleApps: [app] } : { androidApps: [app] }
}

/** What a field says, undefined when it is empty. Throws a sentence when it is not understood. */
function understood<T>(id: string, read: (text: string) => T | undefined): T | undefined {
  const text = field(id).value.trim()
  if (text === '') return undefined
  const value = read(text)
  if (value === undefined) throw new Error(`The ${id} is not understood: see the hint beside its name.`)
  return value
}

async function readFile(id: string): Promise<Uint8Array | undefined> {
  const chosen = field(id).files?.[0]
  return chosen && new Uint8Array(await chosen.arrayBuffer())
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

function drawMistake(sentence: string): Node[] {
  verdict.className = 'verdict card told'
  return [
    make('strong', '', evidence.value === '' ? 'Nothing yet' : 'Not understood'),
    make('p', '', sentence),
  ]
}

function drawVerdict({ passed, refusal, title, summary, notAsked }: Inspection): Node[] {
  const [words, state] = passed
    ? ['✓ Pass', 'pass']
    : refusal
      ? ['✕ Refused', 'fail']
      : ['○ Not proven', 'notAsked']
  verdict.className = `verdict card ${state}`
  const headline = make('strong', '', `${words} `)
  headline.append(make('span', '', title))
  const code = refusal ? [make('code', '', `${refusal.code} · ${refusal.rule}`)] : []
  const missing = notAsked.length > 0 ? [make('small', '', `Not asked: ${notAsked.join(', ')}`)] : []
  return [headline, make('p', '', summary), ...code, ...missing]
}

function drawSection({ label, children }: InspectNode): Node {
  const section = make('section', 'card')
  section.append(make('h2', '', label))
  const chains = children.filter(({ children: below }) => below.length > 0)
  const flat = children.filter(({ children: below }) => below.length === 0)
  for (const chain of chains) section.append(drawList([chain], 'chain'))
  if (flat.length > 0) section.append(drawList(flat, 'flat'))
  return section
}

function drawList(nodes: readonly InspectNode[], kind: 'chain' | 'flat'): Node {
  const list = make('ul', kind)
  list.append(...nodes.map((node) => drawNode(node, kind)))
  return list
}

const signs: Readonly<Record<InspectState, { readonly sign: string; readonly words: string }>> = {
  pass: { sign: '✓', words: 'passed' },
  fail: { sign: '✕', words: 'refused' },
  notAsked: { sign: '○', words: 'not asked' },
  told: { sign: '•', words: 'told' },
}

function drawNode({ label, value, state, why, source, children }: InspectNode, kind: 'chain' | 'flat'): Node {
  const item = make('li', state)
  const { sign, words } = signs[state]
  const mark = make('span', 'sign', sign)
  mark.setAttribute('role', 'img')
  mark.setAttribute('aria-label', words)
  const line = make('div', 'line')
  line.append(make('span', 'name', label), ' ', make('span', 'value', value))
  if (why !== '') line.append(make('span', 'why', why))
  if (source !== '') line.append(make('span', 'source', source))
  item.append(mark, line)
  if (children.length > 0) item.append(drawList(children, kind))
  return item
}

function make(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag)
  if (className !== '') made.className = className
  made.textContent = text
  return made
}

function field(id: string): HTMLInputElement {
  return element(id, HTMLInputElement)
}

function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id)
  if (!(found instanceof type)) throw new Error(`The page has no ${type.name} named ${id}.`)
  return found
}
