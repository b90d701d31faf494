import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { KeyInfo, KeyProvider, KeyPurpose } from '@keybound/server'

export interface TestKeyInfo {
  readonly kid: string
  readonly activeFrom?: number
  readonly acceptUntil?: number
}

/** A key provider in memory. Key pairs are made when first listed; MAC secrets are derived from the kid. */
export interface TestKeyProvider extends KeyProvider {
  /** Replaces the keys of a purpose, newest first. */
  rotate(purpose: KeyPurpose, ...keys: TestKeyInfo[]): void
  pair(kid: string): { readonly privateKey: KeyObject; readonly publicKey: KeyObject }
}

/** One key for each purpose, always active; `rotate` changes that. */
export function createTestKeyProvider(): TestKeyProvider {
  const pairs = new Map<string, ReturnType<TestKeyProvider['pair']>>()
  const lists = new Map<KeyPurpose, readonly TestKeyInfo[]>()
  const pair: TestKeyProvider['pair'] = (kid) => {
    const known = pairs.get(kid) ?? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    pairs.set(kid, known)
    return known
  }

  function info(purpose: KeyPurpose, key: TestKeyInfo): KeyInfo {
    const { kid, activeFrom = 0, acceptUntil = Number.MAX_SAFE_INTEGER } = key
    const common = { kid, purpose, activeFrom, acceptUntil }
    if (purpose !== 'token') return { ...common, algorithm: 'HS256' }
    const publicKey = pair(kid).publicKey.export({ format: 'jwk' }) as NonNullable<KeyInfo['publicKey']>
    return { ...common, algorithm: 'ES256', publicKey }
  }

  return {
    pair,
    rotate: (purpose, ...keys) => void lists.set(purpose, keys),
    list: (purpose) => (lists.get(purpose) ?? [{ kid: `${purpose}-1` }]).map((key) => info(purpose, key)),
    sign: (kid, bytes) =>
      new Uint8Array(sign('sha256', bytes, { key: pair(kid).privateKey, dsaEncoding: 'ieee-p1363' })),
    mac: (kid, bytes) => new Uint8Array(createHmac('sha256', `secret of ${kid}`).update(bytes).digest()),
  }
}
