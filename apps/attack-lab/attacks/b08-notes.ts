import { findCanaries } from '../../../test/support/canaries.ts'
import type { Attack } from '../attack.ts'
import type { Target } from '../target/target.ts'
import { noteCalls } from '../tools/scripts.ts'

export const notes: Attack = {
  id: 'B08',
  title: 'Logs, and what development tools note',
  done: 'While the owner opens the app with a touch, and types what can be typed instead, a recorder as development tools and crash reporters bring it notes every call from JavaScript to native code and its answer; then the app’s log is read.',
  standard: 'MASWE-0005 · MASTG-TEST-0203, MASTG-TEST-0296',
  stoppedBy:
    'Nothing is logged, no key crosses the bridge, and the tokens that do are bound to keys of the device. What the app itself says and hears over HTTP crosses it in the clear, the password and the answers of the server too: leave such tools out of what is released.',
  async run(target) {
    const before = await target.keys()
    const noted = await target.hooked(async ({ evaluate }) => {
      await evaluate(noteCalls)
      target.phone.touch('owner')
      await target.open()
      if (target.typed !== undefined) await evaluate(`guess(${JSON.stringify(target.typed)})`)
      return readable(String(await evaluate('noted.join("\\n")')))
    })
    const log = target.log()
    const keys = [...before, ...(await target.keys())].map((secret) => ({
      name: 'what opens everything',
      secret,
    }))
    const written = new Map([
      ['the log', Buffer.from(log)],
      ['the notes', Buffer.from(noted, 'latin1')],
    ])
    const [opens] = findCanaries(keys, written)
    if (opens !== undefined) return { result: 'lost', observed: `Found ${opens}.` }
    const own = ownersOf(target)
    const logged = own.find(({ text }) => log.includes(text))
    if (logged !== undefined) return { result: 'lost', observed: `Found ${logged.name} in the log.` }
    const tokens = tokensIn(noted)
    if (tokens.size === 0) throw new Error('Unexpected notes: no token is in them, so they are not all.')
    for (const token of tokens) {
      if (await target.opensFor(token))
        return { result: 'lost', observed: 'A token that was noted opens for whoever has it.' }
    }
    const read = own.filter(({ text }) => noted.includes(text)).map(({ name }) => name)
    return read.length > 0
      ? {
          result: 'residual',
          observed: `Read ${read.join(' and ')}, but no key; none of ${tokens.size} token(s) opened anything.`,
        }
      : { result: 'held', observed: 'Read nothing of the owner’s.' }
  },
}

/** What the owner sees and types. */
function ownersOf({ secret, typed }: Target): readonly { readonly name: string; readonly text: string }[] {
  const shown = { name: 'what was shown', text: secret }
  return typed === undefined ? [shown] : [shown, { name: 'what was typed', text: typed }]
}

/** The notes, and beside them what is base64url in them, decoded. */
function readable(noted: string): string {
  const decoded = [...noted.matchAll(/"([\w-]{8,})"/g)].map(([, text = '']) =>
    Buffer.from(text, 'base64url').toString('latin1'),
  )
  return [noted, ...decoded].join('\n')
}

function tokensIn(noted: string): ReadonlySet<string> {
  const spelled = /(?:Bearer|DPoP) ([\w.~-]{16,})|"(?:access|refresh)_token":"([^"]+)"/g
  return new Set([...noted.matchAll(spelled)].map(([, sent, given]) => sent ?? given ?? ''))
}
