import type { SecureHardware } from '@keybound/phone'

const prefix = 'runner.'
/** Characters of a name, as the hardware takes at most. */
const longest = 200

/** How often, and with how many milliseconds between, a prompt is looked for that was asked for and is yet to come up. */
const turns = 500
const pause = 20

/** The hardware as cases use it. */
export interface OwnNamespace {
  readonly hardware: SecureHardware
  /** Cancels what a case that ended early left open, also prompts that are yet to come up. */
  readonly settle: () => Promise<void>
}

/**
 * The hardware with keys and files of its own, beside those of the app. Names that the hardware has to refuse go to it as
 * they are.
 */
export function ownNamespace(hardware: SecureHardware): OwnNamespace {
  const open = new Set<Promise<unknown>>()
  const prompting = <T>(call: Promise<T>): Promise<T> => {
    const end = (): void => {
      open.delete(settled)
    }
    const settled: Promise<unknown> = call.then(end, end)
    open.add(settled)
    return call
  }
  const own = (name: string) => {
    if (!/^[A-Za-z0-9_-]/.test(name) || name.length > longest) return name
    return prefix + name.slice(Math.max(0, name.length + prefix.length - longest))
  }
  const within = (names: readonly string[]) => names.map((name) => name.slice(prefix.length))
  const changed: Partial<SecureHardware> = {
    createKey: (request) => hardware.createKey({ ...request, alias: own(request.alias) }),
    keyState: (alias) => hardware.keyState(own(alias)),
    deleteKey: (alias) => hardware.deleteKey(own(alias)),
    listKeys: async (start) => within(await hardware.listKeys(prefix + start)),
    sign: (alias, bytes, prompt) => prompting(hardware.sign(own(alias), bytes, prompt)),
    signStatement: (request) => prompting(hardware.signStatement({ ...request, alias: own(request.alias) })),
    signProof: (alias, bytes) => hardware.signProof(own(alias), bytes),
    newVaultPair: (alias, context) => hardware.newVaultPair(own(alias), context),
    openVaultPair: (alias, pair, context, prompt) =>
      prompting(hardware.openVaultPair(own(alias), pair, context, prompt)),
    readFile: (name, offset, length) => hardware.readFile(own(name), offset, length),
    writeFile: (name, bytes, append) => hardware.writeFile(own(name), bytes, append),
    renameFile: (from, to) => hardware.renameFile(own(from), own(to)),
    deleteFile: (name) => hardware.deleteFile(own(name)),
    listFiles: async (start) => within(await hardware.listFiles(prefix + start)),
    appAttestKey: (name) => hardware.appAttestKey(own(name)),
  }
  const settle = async (): Promise<void> => {
    for (let turn = 0; open.size > 0 && turn < turns; turn++) {
      await hardware.cancelPrompt()
      await Promise.race([...open, new Promise((resolve) => setTimeout(resolve, pause))])
    }
  }
  // A native module cannot be copied into another object: its members are made when they are asked for.
  const namespaced = new Proxy(hardware, {
    get: (target, name) => Reflect.get(name in changed ? changed : target, name) as unknown,
  })
  return { hardware: namespaced, settle }
}

/** Deletes every key and file of the namespace, so that the next case finds a phone without any. */
export async function clearNamespace(hardware: SecureHardware): Promise<void> {
  for (const alias of await hardware.listKeys(prefix)) await hardware.deleteKey(alias)
  for (const name of await hardware.listFiles(prefix)) await hardware.deleteFile(name)
}
