/** Options that both ports share. */
export interface CryptoOptions {
  /** Most imported public keys kept, each about 2 kB. Importing a key costs as much as using it. Default 4,096, at least 2. */
  readonly cachedKeys?: number
}

export const defaultCachedKeys = 4096
