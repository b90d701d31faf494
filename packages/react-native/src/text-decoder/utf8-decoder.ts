/** Code points that become text at once: a call takes so many arguments and not many more. */
const batch = 4096

/** `TextDecoder` of whole inputs in UTF-8 (Encoding Standard §8.1.1), for engines that have none. */
export class Utf8Decoder {
  readonly encoding = 'utf-8'
  readonly fatal: boolean
  readonly ignoreBOM: boolean

  constructor(label = 'utf-8', { fatal = false, ignoreBOM = false }: TextDecoderOptions = {}) {
    if (!/^\s*utf-?8\s*$/i.test(label)) throw new RangeError(`Unexpected encoding ${label}, expected utf-8.`)
    this.fatal = fatal
    this.ignoreBOM = ignoreBOM
  }

  /** Where it is `fatal`, throws `TypeError` for what is not UTF-8; otherwise U+FFFD takes its place. */
  decode(input: ArrayBuffer | ArrayBufferView = new ArrayBuffer(0)): string {
    const bytes = ArrayBuffer.isView(input)
      ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
      : new Uint8Array(input)
    const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
    let text = ''
    let points: number[] = []
    for (let at = marked && !this.ignoreBOM ? 3 : 0; at < bytes.length; ) {
      const { point, length } = readPoint(bytes, at)
      if (point === undefined && this.fatal) throw new TypeError('Unexpected bytes, expected UTF-8.')
      points.push(point ?? 0xfffd)
      at += length
      if (points.length < batch) continue
      text += String.fromCodePoint(...points)
      points = []
    }
    return text + String.fromCodePoint(...points)
  }
}

/** The code point that begins there, or how many bytes begin none: as many as could have begun one, at least one. */
function readPoint(bytes: Uint8Array, at: number): { point?: number; length: number } {
  const lead = bytes[at] ?? 0
  if (lead < 0x80) return { point: lead, length: 1 }
  // C0 and C1 would be overlong, F5 and above lie beyond U+10FFFF.
  if (lead < 0xc2 || lead > 0xf4) return { length: 1 }
  const more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3
  let point = lead & (0x3f >> more)
  for (let taken = 1; taken <= more; taken++) {
    const next = bytes[at + taken] ?? 0
    const [lowest, highest] = taken === 1 ? secondOf(lead) : usual
    if (next < lowest || next > highest) return { length: taken }
    point = (point << 6) | (next & 0x3f)
  }
  return { point, length: more + 1 }
}

const usual = [0x80, 0xbf] as const

/** Bounds of the second byte: nothing overlong, no surrogate, nothing beyond U+10FFFF (Unicode, table 3-7). */
function secondOf(lead: number): readonly [lowest: number, highest: number] {
  if (lead === 0xe0) return [0xa0, 0xbf]
  if (lead === 0xed) return [0x80, 0x9f]
  if (lead === 0xf0) return [0x90, 0xbf]
  if (lead === 0xf4) return [0x80, 0x8f]
  return usual
}
