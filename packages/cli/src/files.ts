import { type AndroidStatusList, parseStatusList } from '@keybound/attestation'
import { readPemCertificates } from '@keybound/attestation/inspect'
import { KeyboundError } from '@keybound/protocol'
import { type Surroundings, UsageError } from './surroundings.ts'

/** Bytes of a file that was named on the command line; `-` is standard input. */
export async function open(file: string, surroundings: Surroundings): Promise<Uint8Array> {
  if (file === '-') return surroundings.readStandardInput()
  try {
    return await surroundings.readFile(file)
  } catch (cause) {
    throw new UsageError(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}

/** Root certificates in PEM, as DER. */
export async function readRoots(file: string, surroundings: Surroundings): Promise<readonly Uint8Array[]> {
  const text = new TextDecoder().decode(await open(file, surroundings))
  const roots = understanding(`${file} holds no roots`, () => readPemCertificates(text))
  if (roots.length === 0) throw new UsageError(`Unexpected absence of certificates in ${file}, expected PEM.`)
  return roots
}

/** Google's status list of attestation certificates. */
export async function readStatus(file: string, surroundings: Surroundings): Promise<AndroidStatusList> {
  const text = new TextDecoder().decode(await open(file, surroundings))
  return understanding(`${file} is no status list`, () => parseStatusList(text))
}

/** Reads something the caller gave; what cannot be read is a mistake of theirs. */
export function understanding<T>(what: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof KeyboundError) throw new UsageError(`${what}. ${cause.message}`)
    throw cause
  }
}
