/** A public name of a double of Apple's, and how Objective-C may write it. */
export interface DoubledName {
  /** Such as `LAContext.canEvaluatePolicy(_:error:)`. */
  readonly swift: string
  /** The class or enumeration that has it; undefined for what stands alone. */
  readonly owner: string | undefined
  /** Names under which it may have been published. */
  readonly candidates: readonly string[]
  readonly parameters: number | undefined
  readonly value: number | undefined
}

/** Types that have another name in Objective-C, or in the list of it. */
const published: ReadonlyMap<string, string> = new Map([
  ['UIEvent', '_UIEvent'],
  ['LAError.Code', 'LAError'],
  ['TKError.Code', 'TKErrorCode'],
  ['DCError.Code', 'DCError'],
  ['UIGestureRecognizer.State', 'UIGestureRecognizerState'],
])

/** Reads the public declarations of a Swift file by its lines and braces; the doubles are formatted, so that is enough. */
export function readDoubles(text: string): readonly DoubledName[] {
  const names: DoubledName[] = []
  const owners: (string | undefined)[] = []
  for (const line of joinSignatures(text)) {
    const types = owners.filter((one) => one !== undefined)
    const name = nameOf(line.trim(), types.join('.'))
    if (name !== undefined) names.push(name)
    const opened = /^(?:public |open |final )*(?:class|struct|enum|extension) (\w+)/.exec(line.trim())?.[1]
    for (const brace of line.replace(/"[^"]*"/g, '').match(/[{}]/g) ?? []) {
      if (brace === '}') owners.pop()
      else owners.push(owners.length === types.length ? opened : undefined)
    }
  }
  return names
}

/** Signatures over several lines as one. */
function joinSignatures(text: string): readonly string[] {
  const uncommented = text.replace(/^ *\/\/.*$/gm, '')
  return uncommented
    .replace(
      /^( *(?:public |open )[^\n{=]*\()\n([\s\S]*?)\n *\)/gm,
      (_, head: string, body: string) => `${head}${body.replace(/\n */g, ' ').trim()})`,
    )
    .split('\n')
}

function nameOf(line: string, owner: string): DoubledName | undefined {
  const shared = 'nonisolated(unsafe) '
  const plain = line.replace(shared, '')
  const of = (
    swift: string,
    candidates: readonly string[],
    more: Partial<DoubledName> = {},
  ): DoubledName => ({
    swift: owner === '' ? swift : `${owner}.${swift}`,
    owner: owner === '' ? undefined : (published.get(owner) ?? owner),
    candidates,
    parameters: undefined,
    value: undefined,
    ...more,
  })
  const enumeration = /^case (\w+) = (-?\d+)/.exec(plain)
  if (enumeration !== null) return caseOf(enumeration, owner, of)
  const member = /^(?:public|open) (?:private\(set\) )?(?:weak )?((?:static )?)(?:let|var) (\w+)(.*)$/.exec(
    plain,
  )
  if (member !== null) return memberOf(member, owner, of)
  const method =
    /^(?:public|open) (?:convenience )?(?:static )?(?:func (\w+)|(init))\((.*?)\)(?: ->| *\{| throws|$)/.exec(
      plain,
    )
  if (method !== null) return methodOf(method, of)
  const type = /^(?:public |open |final )+(?:class|struct|enum) (\w+)/.exec(plain)?.[1]
  if (type === undefined || owner !== '' || isSwiftOnly(type)) return undefined
  return of(type, [published.get(type) ?? type, `${type}Code`])
}

type Of = (swift: string, candidates: readonly string[], more?: Partial<DoubledName>) => DoubledName

function caseOf([, name = '', value = '']: RegExpExecArray, owner: string, of: Of): DoubledName {
  const enumeration = published.get(owner) ?? owner
  const capital = upper(name)
  const candidates = [
    capital,
    `Type${capital}`,
    `Code${capital}`,
    `Policy${capital}`,
    `${enumeration}${capital}`,
  ]
  return of(name, candidates, { owner: enumeration, value: Number(value) })
}

function memberOf([, isStatic = '', name = '', rest = '']: RegExpExecArray, owner: string, of: Of) {
  const raw = /(?:rawValue: |: OSStatus = )(-?[\d_]+)\)?$/.exec(rest)?.[1]?.replaceAll('_', '')
  const value = raw === undefined ? undefined : Number(raw)
  if (name === 'rawValue') return undefined
  if (owner === 'SecAccessControlCreateFlags') return of(name, [`kSecAccessControl${upper(name)}`], { value })
  if (owner === 'SecKeyAlgorithm') return of(name, [`kSecKeyAlgorithm${name}`], { owner: undefined })
  if (owner === 'UIWindow.Level') return of(name, [`UIWindowLevel${upper(name)}`], { owner: undefined })
  if (name === 'errorDomain') return of(name, [`${owner}Domain`], { owner: undefined })
  if (isStatic !== '' && name.endsWith('Notification'))
    return of(name, [`${owner}${upper(name)}`], { owner: undefined })
  const getter = name.replace(/^is([A-Z])/, (_, letter: string) => letter.toLowerCase())
  const kind =
    isStatic === '' ? [] : [`${name}Color`, `${name}Service`, `${name}Application`, `${name}Device`]
  return of(name, [name, getter, ...kind], { value })
}

function methodOf([, name, , list = '']: RegExpExecArray, of: Of): DoubledName | undefined {
  const labels = splitParameters(list).map((one) => one.split(/[ :]/)[0] ?? '')
  const swift = `${name ?? 'init'}(${labels.map((label) => `${label}:`).join('')})`
  // Every enumeration of Swift has it.
  if (swift === 'init(rawValue:)') return undefined
  const named = labels.filter((label) => label !== '_').map(upper)
  const [first = '', ...others] = named
  const base = name ?? 'init'
  const candidates = [`${base}${named.join('')}`, `${base}With${first}${others.join('')}`]
  return of(swift, candidates, { parameters: labels.length })
}

function splitParameters(list: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let part = ''
  for (const character of list) {
    if ('(<['.includes(character)) depth++
    else if (')>]'.includes(character)) depth--
    if (character === ',' && depth === 0) {
      parts.push(part.trim())
      part = ''
    } else part += character
  }
  return part.trim() === '' ? parts : [...parts, part.trim()]
}

/** Opaque types of C, whose names the list writes as `any`, and errors, which are listed by their numbers. */
function isSwiftOnly(type: string): boolean {
  return /^(Sec(Key|AccessControl|Trust|Certificate|KeyAlgorithm|RandomRef)|Selector)$/.test(type)
}

function upper(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
