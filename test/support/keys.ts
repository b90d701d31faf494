import { createHmac, createSecretKey, generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto'
import { type KeyInfo, type KeyProvider, type KeyPurpose, keyAlgorithms } from '@keybound/server'

/** A key provider in memory: keys of a purpose are the same for the same seed. */
export interface MemoryKeys extends KeyProvider {
  /** Every secret in it, to search for where none may be. */
  readonly material: readonly Buffer[]
}

export function createMemoryKeys(seed = 'keys'): MemoryKeys {
  const infos = new Map<KeyPurpose, KeyInfo>()
  const secrets = new Map<string, KeyObject>()
  const signers = new Map<string, KeyObject>()
  for (const purpose of Object.keys(keyAlgorithms) as KeyPurpose[]) {
    const algorithm = keyAlgorithms[purpose]
    const kid = hash('sha256', `${seed} kid ${purpose}`, 'buffer').toString('base64url', 0, 8)
    const info = { kid, purpose, algorithm, activeFrom: 0, acceptUntil: 253_402_300_799 }
    if (algorithm === 'HS256') {
      secrets.set(kid, createSecretKey(hash('sha256', `${seed} key ${purpose}`, 'buffer')))
      infos.set(purpose, info)
    } else {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
      signers.set(kid, privateKey)
      infos.set(purpose, { ...info, publicKey: { kty: 'EC', crv: 'P-256', x, y } })
    }
  }
  return {
    list: (purpose) => {
      const info = infos.get(purpose)
      return info === undefined ? [] : [info]
    },
    mac: (kid, bytes) =>
      createHmac('sha256', secrets.get(kid) ?? '')
        .update(bytes)
        .digest(),
    sign: (kid, bytes) => {
      const key = signers.get(kid)
      if (key === undefined) throw new Error('Unexpected kid, expected a signing key.')
      return sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' })
    },
    material: [...secrets.values()].map((key) => key.export()),
  }
}
