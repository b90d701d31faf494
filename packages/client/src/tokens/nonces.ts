/** The newest nonce of each origin (RFC 9449 §8.2), in memory. */
export interface Nonces {
  readonly of: (url: string) => string | undefined
  readonly note: (url: string, nonce: string | null) => void
}

/** Makes an empty one. */
export function createNonces(): Nonces {
  const known = new Map<string, string>()
  return {
    of: (url) => known.get(new URL(url).origin),
    note(url, nonce) {
      if (nonce) known.set(new URL(url).origin, nonce)
    },
  }
}
