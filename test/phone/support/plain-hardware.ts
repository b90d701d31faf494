import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHash,
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto'
import type {
  DeviceDescription,
  HardwareErrorCode,
  KeyRequest,
  LifecycleEvent,
  SecureHardware,
} from '@keybound/phone'

/** SecureHardware without security: keys in this process, every prompt answered at once. For faults at any call. */
export interface PlainHardware {
  readonly hardware: SecureHardware
  /** Calls so far, by name. */
  readonly calls: string[]
  readonly keys: Map<string, PlainKey>
  readonly files: Map<string, Buffer>
  readonly handles: Map<string, unknown>
  readonly device: { -readonly [K in keyof DeviceDescription]: DeviceDescription[K] }
  /** What the call of this number rejects with, instead of being made. */
  fail: { readonly at: number; readonly code: HardwareErrorCode } | undefined
  /** What happens while a prompt is open; a rejection is how it ends. */
  onPrompt: () => Promise<void>
  readonly prompts: () => number
  readonly tell: (type: LifecycleEvent['type']) => void
}

interface PlainKey extends KeyRequest {
  readonly pair: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }
  invalidated?: boolean
}

/** An error of the hardware. */
export function hardwareError(code: HardwareErrorCode, nativeCode?: number): Error {
  return Object.assign(new Error(code), { code, userInfo: { nativeCode } })
}

const bytes = (text: string) => Buffer.from(text, 'base64url')
const text = (value: Uint8Array) => Buffer.from(value).toString('base64url')
const named = 'prime256v1'
const pointOf = (key: KeyObject) => text(key.export({ type: 'spki', format: 'der' }).subarray(-65))

function seal(key: Buffer, plaintext: Buffer, associated: Buffer, nonce = randomBytes(12)): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associated)
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

function open(key: Buffer, sealed: Buffer, associated: Buffer): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
    decipher.setAAD(associated).setAuthTag(sealed.subarray(-16))
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
  } catch {
    throw hardwareError('openFailed')
  }
}

/** The wrapping key of docs/vault.md: HKDF-SHA-256 with an empty salt, one block. */
function wrappingKey(secret: Buffer, epk: Buffer, recipient: Buffer): Buffer {
  const extracted = createHmac('sha256', Buffer.alloc(32)).update(secret).digest()
  const info = Buffer.concat([Buffer.from('keybound/vault/wrap/v1'), epk, recipient, Buffer.of(1)])
  return createHmac('sha256', extracted).update(info).digest()
}

/** Makes it; `request` is where its HTTP goes. */
export function createPlainHardware(send: SecureHardware['request']): PlainHardware {
  const calls: string[] = []
  const keys = new Map<string, PlainKey>()
  const files = new Map<string, Buffer>()
  const handles = new Map<string, unknown>()
  const listeners = new Set<(event: LifecycleEvent) => void>()
  const device: PlainHardware['device'] = {
    platform: 'android',
    systemVersion: '36',
    appId: 'com.example.bank',
    signingDigests: ['ZGlnZXN0'],
    biometry: 'fingerprint',
    status: 'ready',
    screenLock: true,
    keyLevels: ['trustedEnvironment'],
    appIntegrity: false,
    installation: 'first',
    development: false,
  }
  let prompts = 0
  let cancel: (() => void) | undefined

  const keyOf = (alias: string) => {
    const key = keys.get(alias)
    if (!key) throw hardwareError('keyMissing')
    if (key.invalidated) throw hardwareError('keyInvalidated')
    return key
  }
  const handle = (value: unknown) => {
    const name = text(randomBytes(8))
    handles.set(name, value)
    return name
  }
  const held = <T>(name: string) => {
    if (!handles.has(name)) throw hardwareError('handleUnknown')
    return handles.get(name) as T
  }
  const signBytes = (key: KeyObject, value: string) => text(sign('sha256', bytes(value), key))
  async function prompt(): Promise<void> {
    if (cancel) throw hardwareError('promptBusy')
    prompts++
    try {
      await new Promise<void>((resolve, reject) => {
        cancel = () => reject(hardwareError('systemCanceled', 5))
        plain.onPrompt().then(resolve, reject)
      })
    } finally {
      cancel = undefined
    }
  }

  const methods: Omit<SecureHardware, 'onLifecycle'> = {
    describe: async () => ({ ...device }),
    async createKey(request) {
      if (keys.has(request.alias)) throw hardwareError('keyExists')
      const pair =
        request.role === 'sealing'
          ? generateKeyPairSync('rsa', { modulusLength: 2048 })
          : generateKeyPairSync('ec', { namedCurve: named })
      keys.set(request.alias, { ...request, pair })
      return {
        publicKey: text(pair.publicKey.export({ type: 'spki', format: 'der' })),
        level: 'trustedEnvironment',
        chain: [],
      }
    },
    async keyState(alias) {
      const key = keys.get(alias)
      return !key ? 'missing' : key.invalidated ? 'invalidated' : 'ready'
    },
    deleteKey: async (alias) => void keys.delete(alias),
    listKeys: async (prefix) => [...keys.keys()].filter((alias) => alias.startsWith(prefix)),
    async sign(alias, value) {
      keyOf(alias)
      await prompt()
      return signBytes(keyOf(alias).pair.privateKey, value)
    },
    signStatement: async () => Promise.reject(hardwareError('unsupported')),
    signProof: async (alias, value) => signBytes(keyOf(alias).pair.privateKey, value),
    async newVaultPair(alias, context) {
      keyOf(alias)
      const ecdh = createECDH(named)
      const publicKey = text(ecdh.generateKeys())
      // The private half in clear: this hardware has no security.
      return { publicKey, sealed: text(Buffer.concat([ecdh.getPrivateKey(), Buffer.from(context)])) }
    },
    async openVaultPair(alias, { sealed, publicKey }, context) {
      keyOf(alias)
      await prompt()
      const held = bytes(sealed)
      if (held.subarray(-Buffer.byteLength(context)).toString() !== context) throw hardwareError('openFailed')
      const ecdh = createECDH(named)
      ecdh.setPrivateKey(held.subarray(0, held.length - Buffer.byteLength(context)))
      return handle({ ecdh, publicKey })
    },
    newDataKey: async () => handle(randomBytes(32)),
    async wrapDataKey(publicKey, dataKey) {
      const ecdh = createECDH(named)
      const epk = ecdh.generateKeys()
      const kek = wrappingKey(ecdh.computeSecret(bytes(publicKey)), epk, bytes(publicKey))
      const wrapped = seal(kek, held<Buffer>(dataKey), Buffer.alloc(0), Buffer.alloc(12)).subarray(12)
      return { epk: text(epk), wrapped: text(wrapped) }
    },
    async unwrapDataKey(pair, { epk, wrapped }) {
      const { ecdh, publicKey } = held<{ ecdh: ReturnType<typeof createECDH>; publicKey: string }>(pair)
      const kek = wrappingKey(ecdh.computeSecret(bytes(epk)), bytes(epk), bytes(publicKey))
      return handle(open(kek, Buffer.concat([Buffer.alloc(12), bytes(wrapped)]), Buffer.alloc(0)))
    },
    aeadSeal: async (key, plaintext, associated) =>
      text(seal(held<Buffer>(key), bytes(plaintext), bytes(associated))),
    aeadOpen: async (key, sealed, associated) =>
      text(open(held<Buffer>(key), bytes(sealed), bytes(associated))),
    async newSessionKey() {
      const pair = generateKeyPairSync('ec', { namedCurve: named })
      return { handle: handle(pair.privateKey), publicKey: pointOf(pair.publicKey) }
    },
    signSession: async (name, value) => signBytes(held<KeyObject>(name), value),
    closeHandle: async (name) => void handles.delete(name),
    random: async (length) => text(randomBytes(length)),
    sha256: async (value) => text(createHash('sha256').update(bytes(value)).digest()),
    async verify(publicKey, value, signature) {
      const point = bytes(publicKey)
      const jwk = { kty: 'EC', crv: 'P-256', x: text(point.subarray(1, 33)), y: text(point.subarray(33)) }
      return verify('sha256', bytes(value), createPublicKey({ key: jwk, format: 'jwk' }), bytes(signature))
    },
    async readFile(name, offset, length) {
      const file = files.get(name)
      return file ? text(file.subarray(offset, offset + length)) : null
    },
    async writeFile(name, value, append) {
      files.set(
        name,
        Buffer.concat([append ? (files.get(name) ?? Buffer.alloc(0)) : Buffer.alloc(0), bytes(value)]),
      )
    },
    async renameFile(from, to) {
      const file = files.get(from)
      if (!file) throw hardwareError('storageFailed')
      files.set(to, file)
      files.delete(from)
    },
    deleteFile: async (name) => void files.delete(name),
    listFiles: async (prefix) => [...files.keys()].filter((name) => name.startsWith(prefix)),
    appAttestKey: async () => Promise.reject(hardwareError('unsupported')),
    appAttestAttest: async () => Promise.reject(hardwareError('unsupported')),
    appAttestAssert: async () => Promise.reject(hardwareError('unsupported')),
    integrityToken: async () => Promise.reject(hardwareError('unsupported')),
    cancelPrompt: async () => cancel?.(),
    setScreenPrivacy: async () => {},
    request: send,
  }

  function counted<T extends (...given: never[]) => Promise<unknown>>(name: string, method: T): T {
    const call = async (...given: never[]) => {
      const at = calls.push(name) - 1
      if (plain.fail?.at === at) throw hardwareError(plain.fail.code)
      return method(...given)
    }
    return call as unknown as T
  }

  const hardware = Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [name, counted(name, method)]),
  ) as unknown as SecureHardware
  const plain: PlainHardware = {
    hardware: {
      ...hardware,
      onLifecycle(listener) {
        listeners.add(listener)
        return { remove: () => void listeners.delete(listener) }
      },
    },
    calls,
    keys,
    files,
    handles,
    device,
    fail: undefined,
    onPrompt: async () => {},
    prompts: () => prompts,
    tell: (type) => {
      for (const listener of listeners) listener({ type })
    },
  }
  return plain
}
