import { malformedDer } from './malformed.ts'
import { type DerTag, derTag, describeTag, highTag } from './tag.ts'

/** How much a reader and all readers nested in it may read; shared, so that it bounds the whole input. */
export interface DerBudget {
  /** Elements that may still be read. */
  elements: number
}

/** Default budget: a genuine certificate with its key description has about 150 elements. */
const defaultElements = 4096
const mostTagOctets = 3
const mostLengthOctets = 3

/**
 * A strict reader of DER (X.690 §8, §10): definite lengths in their shortest form, tag numbers in their shortest
 * form, nothing past the end of the parent. It goes forward only, one element at a time; contents are views on the
 * input, not copies. Every read costs one of the budget and moves at least two bytes, so reading is linear in the
 * input, and depth is as deep as the caller's own code: nothing recurses over the input.
 * Refuses with `malformed_encoding`.
 */
export class DerReader {
  readonly bytes: Uint8Array
  readonly budget: DerBudget
  #at: number
  readonly #end: number

  /** Reads `bytes`, or the part of it from `start` to `end`. */
  constructor(
    bytes: Uint8Array,
    budget: DerBudget = { elements: defaultElements },
    start = 0,
    end = bytes.length,
  ) {
    this.bytes = bytes
    this.budget = budget
    this.#at = start
    this.#end = end
  }

  get atEnd(): boolean {
    return this.#at >= this.#end
  }

  /** Where the next element begins, for {@link since}. */
  get offset(): number {
    return this.#at
  }

  /** Everything that was read since that offset, headers included, as a view. */
  since(offset: number): Uint8Array {
    return this.bytes.subarray(offset, this.#at)
  }

  /** Whether the next element has this tag; reads nothing. */
  isNext(tag: DerTag): boolean {
    if (this.atEnd) return false
    const before = this.#at
    const found = this.#readTag()
    this.#at = before
    return found === tag
  }

  /** Reads the next element, whatever its tag: its tag and a view on its contents. */
  next(): { readonly tag: DerTag; readonly contents: Uint8Array } {
    const tag = this.#readTag()
    const start = this.#skipContents(tag)
    return { tag, contents: this.since(start) }
  }

  /** Reads the contents of the next element, which must have this tag. */
  read(tag: DerTag): Uint8Array {
    this.#expectTag(tag)
    const start = this.#skipContents(tag)
    return this.since(start)
  }

  /** A reader over the contents of the next element, which must have this tag. Default SEQUENCE. */
  enter(tag: DerTag = derTag.sequence): DerReader {
    this.#expectTag(tag)
    return this.#readerOf(tag)
  }

  /** A reader over the contents of the next element, whatever its tag. */
  enterNext(): { readonly tag: DerTag; readonly contents: DerReader } {
    const tag = this.#readTag()
    return { tag, contents: this.#readerOf(tag) }
  }

  /** Refuses anything that is left. */
  end(): void {
    if (this.atEnd) return
    const left = this.#end - this.#at
    throw malformedDer('trailing bytes', `Unexpected ${left} more bytes, expected the end of the element.`)
  }

  #readerOf(tag: DerTag): DerReader {
    const start = this.#skipContents(tag)
    return new DerReader(this.bytes, this.budget, start, this.#at)
  }

  #expectTag(tag: DerTag): void {
    if (this.atEnd) throw malformedDer('tag', `Unexpected end, expected ${describeTag(tag)}.`)
    const found = this.#readTag()
    if (found === tag) return
    throw malformedDer('tag', `Unexpected ${describeTag(found)}, expected ${describeTag(tag)}.`)
  }

  /** Moves behind the contents of an element whose tag was read, and tells where they begin. */
  #skipContents(tag: DerTag): number {
    if (this.budget.elements <= 0) {
      throw malformedDer('size', 'Unexpected number of elements, expected fewer.')
    }
    this.budget.elements--
    const length = this.#readLength()
    const start = this.#at
    const left = this.#end - start
    if (length > left) {
      const message = `Unexpected length ${length} of ${describeTag(tag)}, expected at most ${left}.`
      throw malformedDer('X.690 §8.1.3', message)
    }
    this.#at = start + length
    return start
  }

  #readByte(): number {
    if (this.atEnd) throw malformedDer('X.690 §8.1', 'Unexpected end, expected an element.')
    const byte = this.bytes[this.#at] ?? 0
    this.#at++
    return byte
  }

  #readTag(): DerTag {
    const first = this.#readByte()
    if ((first & 0x1f) !== 0x1f) return first
    let number = 0
    for (let octets = 0; octets < mostTagOctets; octets++) {
      const octet = this.#readByte()
      number = (number << 7) | (octet & 0x7f)
      if (number === 0) break
      if (octet < 0x80) {
        if (number < 0x1f) break
        return highTag(first, number)
      }
    }
    throw malformedDer('X.690 §8.1.2.4', 'Unexpected high tag number, expected the shortest form.')
  }

  #readLength(): number {
    const first = this.#readByte()
    if (first < 0x80) return first
    const octets = first & 0x7f
    if (octets === 0) {
      throw malformedDer('X.690 §10.1', 'Unexpected indefinite length, expected a definite one.')
    }
    if (octets > mostLengthOctets) {
      throw malformedDer('X.690 §8.1.3.5', `Unexpected length of ${octets} octets, expected at most 3.`)
    }
    let length = 0
    for (let read = 0; read < octets; read++) length = (length << 8) | this.#readByte()
    if (length < 0x80 || length < 1 << (8 * (octets - 1))) {
      throw malformedDer('X.690 §10.1', 'Unexpected long length, expected the shortest form.')
    }
    return length
  }
}
