/** WebCrypto's operations. With the types of Node alone, without those of browsers, `SubtleCrypto` is no type. */
export type Subtle = typeof globalThis.crypto.subtle
