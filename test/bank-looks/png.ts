import { crc32, deflateSync, inflateSync } from 'node:zlib'

/** Pixels of a picture: three bytes each (red, green, blue), row by row. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly rgb: Uint8Array
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** Channels of the colour types that are read here (PNG third edition, 11.2.1): true colour, palette, with alpha. */
const channels: Readonly<Record<number, number>> = { 2: 3, 3: 1, 6: 4 }

/**
 * Reads a PNG as Chromium writes it (eight bits a channel) or as `writePng` does (a palette by four bits), without
 * interlacing. Transparency is left out.
 */
export function readPng(file: Uint8Array): Pixels {
  const bytes = Buffer.from(file)
  if (!bytes.subarray(0, 8).equals(signature)) throw new RangeError('Unexpected file, expected a PNG.')
  const chunks = readChunks(bytes)
  const [header] = chunks.get('IHDR') ?? []
  if (!header) throw new RangeError('Unexpected PNG without a header.')
  const width = header.readUInt32BE(0)
  const height = header.readUInt32BE(4)
  const [depth = 0, type = 0, , , interlaced] = header.subarray(8)
  const count = channels[type]
  if (count === undefined || depth !== (type === 3 ? 4 : 8) || interlaced !== 0)
    throw new RangeError(`Unexpected PNG of depth ${depth} and colour type ${type}.`)
  const stride = Math.ceil((width * count * depth) / 8)
  const samples = unfilter(inflateSync(Buffer.concat(chunks.get('IDAT') ?? [])), stride, height, count)
  const palette = chunks.get('PLTE')?.[0]
  const rgb = new Uint8Array(width * height * 3)
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [x, y] = [pixel % width, Math.floor(pixel / width)]
    const from = palette ? nibble(samples, y * stride, x) * 3 : pixel * count
    rgb.set((palette ?? samples).subarray(from, from + 3), pixel * 3)
  }
  return { width, height, rgb }
}

/** Two pixels lie in each byte, the left one above. */
function nibble(samples: Uint8Array, row: number, x: number): number {
  const byte = samples[row + (x >> 1)] ?? 0
  return x % 2 === 0 ? byte >> 4 : byte & 15
}

function readChunks(bytes: Buffer): ReadonlyMap<string, readonly Buffer[]> {
  const chunks = new Map<string, Buffer[]>()
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    const name = bytes.toString('latin1', at + 4, at + 8)
    chunks.set(name, [...(chunks.get(name) ?? []), bytes.subarray(at + 8, at + 8 + length)])
    at += length + 12
  }
  return chunks
}

/** Undoes the filters of the rows (PNG third edition, 9.2). */
function unfilter(data: Buffer, stride: number, height: number, step: number): Uint8Array {
  const out = new Uint8Array(stride * height)
  for (let row = 0; row < height; row++) {
    const filter = data[row * (stride + 1)] ?? 0
    const start = row * stride
    for (let at = 0; at < stride; at++) {
      const left = at >= step ? (out[start + at - step] ?? 0) : 0
      const up = row > 0 ? (out[start + at - stride] ?? 0) : 0
      const corner = at >= step && row > 0 ? (out[start + at - stride - step] ?? 0) : 0
      out[start + at] = (data[row * (stride + 1) + 1 + at] ?? 0) + predict(filter, left, up, corner)
    }
  }
  return out
}

function predict(filter: number, left: number, up: number, corner: number): number {
  if (filter < 4) return [0, left, up, (left + up) >> 1][filter] ?? 0
  const estimate = left + up - corner
  const [toLeft, toUp, toCorner] = [left, up, corner].map((value) => Math.abs(estimate - value)) as [
    number,
    number,
    number,
  ]
  if (toLeft <= toUp && toLeft <= toCorner) return left
  return toUp <= toCorner ? up : corner
}

/** Colours of a written picture: a screen has few, and the rest are shadows and the edges of letters. */
const paletteSize = 16

/** Writes a small PNG of sixteen colours, every pixel as the nearest of them. */
export function writePng({ width, height, rgb }: Pixels): Buffer {
  const counts = new Map<number, number>()
  for (let pixel = 0; pixel < width * height; pixel++) {
    const colour = colourAt(rgb, pixel)
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
  }
  const colours = choosePalette(counts)
  const indexOf = new Map([...counts.keys()].map((colour) => [colour, nearest(colours, colour).index]))
  const stride = Math.ceil(width / 2)
  const rows = Buffer.alloc((stride + 1) * height)
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [x, y] = [pixel % width, Math.floor(pixel / width)]
    const at = y * (stride + 1) + 1 + (x >> 1)
    rows[at] = (rows[at] ?? 0) | ((indexOf.get(colourAt(rgb, pixel)) ?? 0) << (x % 2 === 0 ? 4 : 0))
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([4, 3, 0, 0, 0], 8)
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(colours.flatMap((colour) => [...partsOf(colour)]))),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function colourAt(rgb: Uint8Array, pixel: number): number {
  const at = pixel * 3
  return ((rgb[at] ?? 0) << 16) | ((rgb[at + 1] ?? 0) << 8) | (rgb[at + 2] ?? 0)
}

function partsOf(colour: number): readonly [number, number, number] {
  return [colour >> 16, (colour >> 8) & 255, colour & 255]
}

/** One after the other, always the colour whose pixels are worst served by those chosen so far. */
function choosePalette(counts: ReadonlyMap<number, number>): readonly number[] {
  const chosen: number[] = []
  while (chosen.length < Math.min(paletteSize, counts.size)) {
    let [worst, most] = [0, -1]
    for (const [colour, count] of counts) {
      const weight = count * (chosen.length === 0 ? 1 : nearest(chosen, colour).distance)
      if (weight > most) [worst, most] = [colour, weight]
    }
    chosen.push(worst)
  }
  return chosen
}

function nearest(colours: readonly number[], colour: number): { index: number; distance: number } {
  const [red, green, blue] = partsOf(colour)
  let [index, distance] = [0, Number.POSITIVE_INFINITY]
  for (const [each, other] of colours.entries()) {
    const [r, g, b] = partsOf(other)
    const apart = (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2
    if (apart < distance) [index, distance] = [each, apart]
  }
  return { index, distance }
}

function chunk(name: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const around = Buffer.alloc(8)
  around.writeUInt32BE(data.length, 0)
  around.writeUInt32BE(crc32(named), 4)
  return Buffer.concat([around.subarray(0, 4), named, around.subarray(4)])
}
