import { styleText } from 'node:util'

/** A style of `util.styleText`, or several. */
export type Style = Parameters<typeof styleText>[0]

/** Gives text a style, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string

/** Paints with terminal sequences, or not at all. */
export function createPaint(isColorful: boolean): Paint {
  // The decision has been made; styleText would ask the stream again.
  return isColorful ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text
}
