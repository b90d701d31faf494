import { type CborValue, decodeCbor, encodeCbor } from '@keybound/protocol/encoding'
import { type DerNode, readDerTree, writeDerTree } from './der-tree.ts'
import type { Target } from './target.ts'

/** Picks a whole number below a bound. */
export type Pick = (below: number) => number

const mostBytes = 20_000
/** Lengths, tags and heads at which readers decide. */
const telling = [
  0x00, 0x01, 0x02, 0x04, 0x1f, 0x20, 0x30, 0x31, 0x3f, 0x40, 0x5f, 0x60, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xa0,
  0xbf, 0xc0, 0xf4, 0xf6, 0xfb, 0xff,
]

/** Makes an input out of a known one and, now and then, parts of another; up to four changes. */
export function mutate(
  input: Uint8Array,
  other: Uint8Array,
  grammar: Target['grammar'],
  pick: Pick,
): Uint8Array {
  let mutant = input
  for (let changes = 1 + pick(4); changes > 0; changes--) {
    const tree = grammar !== 'bytes' && pick(2) === 0
    const changed = tree ? mutateTree(mutant, other, grammar, pick) : mutateBytes(mutant, other, pick)
    mutant = changed.subarray(0, mostBytes)
  }
  return mutant
}

type Change = (bytes: Uint8Array, at: number, other: Uint8Array, pick: Pick) => Uint8Array

const stretch = (bytes: Uint8Array, at: number, pick: Pick): Uint8Array =>
  bytes.subarray(at, at + 1 + pick(pick(4) === 0 ? 256 : 8))
const replace = (bytes: Uint8Array, at: number, length: number, by: Uint8Array): Uint8Array =>
  Uint8Array.from([...bytes.subarray(0, at), ...by, ...bytes.subarray(at + length)])
const octet = (value: number): Uint8Array => Uint8Array.of(value)

const changes: readonly Change[] = [
  (bytes, at, _, pick) => replace(bytes, at, 1, octet((bytes[at] ?? 0) ^ (1 << pick(8)))),
  (bytes, at, _, pick) => replace(bytes, at, 1, octet(pick(256))),
  (bytes, at, _, pick) => replace(bytes, at, 1, octet(telling[pick(telling.length)] ?? 0)),
  (bytes, at, _, pick) => replace(bytes, at, 1, octet((bytes[at] ?? 0) + (pick(2) === 0 ? 1 : -1))),
  (bytes, at, _, pick) => replace(bytes, at, 0, octet(telling[pick(telling.length)] ?? 0)),
  (bytes, at, _, pick) => replace(bytes, at, stretch(bytes, at, pick).length, octet(0).subarray(1)),
  (bytes, at, _, pick) => replace(bytes, at, 0, stretch(bytes, at, pick)),
  (bytes, at, _, pick) => replace(bytes, pick(bytes.length + 1), 0, stretch(bytes, at, pick)),
  (bytes, at, other, pick) => replace(bytes, at, pick(8), stretch(other, pick(other.length), pick)),
  (bytes, at, other) => Uint8Array.from([...bytes.subarray(0, at), ...other.subarray(at)]),
  (bytes, at) => bytes.subarray(0, at),
]

function mutateBytes(bytes: Uint8Array, other: Uint8Array, pick: Pick): Uint8Array {
  const change = changes[pick(changes.length)] as Change
  return change(bytes, pick(bytes.length), other, pick)
}

/** Changes the tree of an input whose lengths fit afterwards, so that readers go on behind the change. */
function mutateTree(bytes: Uint8Array, other: Uint8Array, grammar: 'der' | 'cbor', pick: Pick): Uint8Array {
  if (grammar === 'der') {
    const tree = readDerTree(bytes)
    return tree === undefined ? bytes : writeDerTree(mutateNodes(tree, readDerTree(other) ?? [], pick))
  }
  try {
    return encodeCbor(mutateValue(decodeCbor(bytes), other, pick))
  } catch {
    return bytes
  }
}

/** One change in a list, or below one of its members. */
function mutateNodes(nodes: readonly DerNode[], others: readonly DerNode[], pick: Pick): readonly DerNode[] {
  const at = pick(nodes.length)
  const node = nodes[at]
  if (node === undefined) return others
  if (pick(4) !== 0) return nodes.with(at, mutateNode(node, others, pick))
  return mutateList(nodes, at, pick) as readonly DerNode[]
}

function mutateNode(node: DerNode, others: readonly DerNode[], pick: Pick): DerNode {
  const { tag, contents } = node
  if (pick(12) === 0) return { tag: telling[pick(telling.length)] as number, contents }
  if (contents instanceof Uint8Array) return { tag, contents: mutateBytes(contents, contents, pick) }
  const [first] = others
  const below = first === undefined || first.contents instanceof Uint8Array ? others : first.contents
  return { tag, contents: mutateNodes(contents, below, pick) }
}

function mutateList(items: readonly unknown[], at: number, pick: Pick): readonly unknown[] {
  switch (pick(3)) {
    case 0:
      return items.toSpliced(at, 1)
    case 1:
      return items.toSpliced(at, 0, items[at])
    default:
      return items.with(at, items[pick(items.length)]).with(pick(items.length), items[at])
  }
}

function mutateValue(value: CborValue, other: Uint8Array, pick: Pick): CborValue {
  if (value instanceof Uint8Array) return mutateLeaf(value, other, pick)
  if (Array.isArray(value) && value.length > 0) {
    const items: readonly CborValue[] = value
    const at = pick(items.length)
    if (pick(4) === 0) return mutateList(items, at, pick) as readonly CborValue[]
    return items.with(at, mutateValue(items[at] as CborValue, other, pick))
  }
  if (value instanceof Map && value.size > 0) {
    const entries = [...(value as ReadonlyMap<string | number, CborValue>)]
    const at = pick(entries.length)
    const [key, member] = entries[at] as [string | number, CborValue]
    if (pick(4) === 0) return new Map(mutateList(entries, at, pick) as typeof entries)
    return new Map(entries.with(at, [key, mutateValue(member, other, pick)]))
  }
  return scalars[pick(scalars.length)] as CborValue
}

const scalars: readonly CborValue[] = [
  0,
  1,
  -1,
  23,
  24,
  255,
  256,
  -7,
  -8,
  -35,
  -257,
  -65_536,
  2 ** 32,
  2n ** 63n,
  -(2n ** 64n),
  true,
  null,
  '',
  'none',
  'packed',
  'fmt',
  new Uint8Array(0),
  new Uint8Array(32),
  [],
  new Map(),
]

/** Byte strings hold DER, CBOR or plain bytes. */
function mutateLeaf(bytes: Uint8Array, other: Uint8Array, pick: Pick): Uint8Array {
  const tree = bytes[0] === 0x30 && pick(2) === 0 ? readDerTree(bytes) : undefined
  return tree === undefined ? mutateBytes(bytes, other, pick) : writeDerTree(mutateNodes(tree, [], pick))
}
