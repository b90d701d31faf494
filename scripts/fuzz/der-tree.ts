import { concatBytes, DerReader, writeElement } from '@keybound/attestation/der'

/** An element of DER: its tag, and its contents as bytes or as further elements. */
export interface DerNode {
  readonly tag: number
  readonly contents: Uint8Array | readonly DerNode[]
}

const deepest = 40

/** Reads everything that is DER, elements in constructed ones and in octet strings too; undefined if the whole is not. */
export function readDerTree(bytes: Uint8Array): readonly DerNode[] | undefined {
  try {
    return readAll(new DerReader(bytes), deepest)
  } catch {
    return undefined
  }
}

function readAll(reader: DerReader, depth: number): readonly DerNode[] {
  const nodes: DerNode[] = []
  while (!reader.atEnd) {
    const { tag, contents } = reader.next()
    nodes.push({ tag, contents: depth > 0 && mayNest(tag) ? readNested(contents, depth - 1) : contents })
  }
  return nodes
}

const constructed = 0x20
const octetString = 4

function mayNest(tag: number): boolean {
  const leading = tag < 0x1000000 ? tag : Math.floor(tag / 0x1000000)
  return (leading & constructed) !== 0 || tag === octetString
}

function readNested(contents: Uint8Array, depth: number): Uint8Array | readonly DerNode[] {
  if (contents.length < 2) return contents
  try {
    return readAll(new DerReader(contents), depth)
  } catch {
    return contents
  }
}

/** Writes elements, with the lengths their contents have now. */
export function writeDerTree(nodes: readonly DerNode[]): Uint8Array {
  return concatBytes(
    nodes.map(({ tag, contents }) =>
      writeElement(tag, contents instanceof Uint8Array ? contents : writeDerTree(contents)),
    ),
  )
}
