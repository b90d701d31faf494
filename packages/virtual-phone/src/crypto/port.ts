/**
 * WebCrypto, as the virtual phone needs it: there in Node, in browsers and in their workers. Key bytes of the virtual
 * hardware come from it, so they differ from run to run whatever the seed.
 */
export interface VirtualCrypto {
  /** Named by where it is: with the types of Node alone `SubtleCrypto` is no type. */
  readonly subtle: typeof globalThis.crypto.subtle
  readonly getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>
}

/** The platform's own. Looked up when it is used, so that the module loads anywhere. */
export const platformCrypto: VirtualCrypto = {
  get subtle() {
    return globalThis.crypto.subtle
  },
  getRandomValues: (bytes) => globalThis.crypto.getRandomValues(bytes),
}
