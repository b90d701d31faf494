import type { VirtualCrypto } from '../crypto/port.ts'
import { encode } from './bytes.ts'
import { hardwareError } from './errors.ts'

/** Keys in the memory of the app's native part: what JavaScript has are handles. */
export interface KeyMemory {
  readonly keep: <K extends MemoryKey['kind']>(kind: K, key: KeyOf<K>) => string
  /** Rejects `handleUnknown`. */
  readonly get: <K extends MemoryKey['kind']>(kind: K, handle: string) => KeyOf<K>
  readonly close: (handle: string) => void
  /** The process ended. */
  readonly clear: () => void
}

type MemoryKey =
  | { readonly kind: 'data'; readonly key: CryptoKey }
  | { readonly kind: 'session'; readonly key: CryptoKey }
  | { readonly kind: 'vault'; readonly key: VaultKey }

/** The private half of a vault pair, opened. */
export interface VaultKey {
  readonly privateKey: CryptoKey
  /** Uncompressed point. */
  readonly publicKey: Uint8Array<ArrayBuffer>
}

type KeyOf<K extends MemoryKey['kind']> = Extract<MemoryKey, { kind: K }>['key']

export function createKeyMemory({ getRandomValues }: VirtualCrypto): KeyMemory {
  const keys = new Map<string, MemoryKey>()
  return {
    keep(kind, key) {
      const handle = encode(getRandomValues(new Uint8Array(16)))
      keys.set(handle, { kind, key } as MemoryKey)
      return handle
    },
    get(kind, handle) {
      const kept = keys.get(handle)
      if (kept?.kind !== kind) {
        const message = 'Unexpected handle, expected one of an open key of this kind. Open it again.'
        throw hardwareError('handleUnknown', message)
      }
      return kept.key as KeyOf<typeof kind>
    },
    close: (handle) => {
      keys.delete(handle)
    },
    clear: () => keys.clear(),
  }
}
