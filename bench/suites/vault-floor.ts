/** Encryption and decryption of one plaintext under a ready key, nonce drawn, nothing kept. */
export async function bareEncryption(crypto: Crypto, plaintext: Uint8Array<ArrayBuffer>) {
  const { subtle } = crypto
  const key = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const encrypted = await subtle.encrypt({ name: 'AES-GCM', iv }, key, plaintext)
  const nonce = () => crypto.getRandomValues(new Uint8Array(12))
  return {
    encrypt: () => subtle.encrypt({ name: 'AES-GCM', iv: nonce() }, key, plaintext),
    decrypt: () => subtle.decrypt({ name: 'AES-GCM', iv }, key, encrypted),
  }
}

/** What sealing a fresh data key to a public key takes, and what giving it back takes, by bare WebCrypto. */
export async function agreeOnce(crypto: Crypto) {
  const { subtle } = crypto
  const curve = { name: 'ECDH', namedCurve: 'P-256' }
  const aes = { name: 'AES-GCM', length: 256 }
  const iv = new Uint8Array(12)
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: new Uint8Array(64) }
  const newPair = () => subtle.generateKey(curve, false, ['deriveKey']) as Promise<CryptoKeyPair>
  const wrappingKey = async (mine: CryptoKey, theirs: CryptoKey, usage: 'wrapKey' | 'unwrapKey') => {
    const shared = await subtle.deriveKey({ name: 'ECDH', public: theirs }, mine, 'HKDF', false, [
      'deriveKey',
    ])
    return subtle.deriveKey(hkdf, shared, aes, false, [usage])
  }
  const recipient = await newPair()
  const wrap = async () => {
    const dataKey = await subtle.generateKey(aes, true, ['encrypt'])
    const ephemeral = await newPair()
    const epk = await subtle.exportKey('raw', ephemeral.publicKey)
    const key = await wrappingKey(ephemeral.privateKey, recipient.publicKey, 'wrapKey')
    return { epk, wrapped: await subtle.wrapKey('raw', dataKey, key, { name: 'AES-GCM', iv }) }
  }
  const { epk, wrapped } = await wrap()
  return {
    wrap,
    unwrap: async () => {
      const theirs = await subtle.importKey('raw', epk, curve, false, [])
      const key = await wrappingKey(recipient.privateKey, theirs, 'unwrapKey')
      return subtle.unwrapKey('raw', wrapped, key, { name: 'AES-GCM', iv }, aes, false, ['decrypt'])
    },
  }
}
