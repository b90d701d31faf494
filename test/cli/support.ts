import { type ExitStatus, run, type Surroundings } from '../../packages/cli/src/index.ts'

/** What a run of the command left behind. */
export interface Ran {
  readonly status: ExitStatus
  readonly output: string
  readonly error: string
}

/** Runs the command in a terminal made of strings. */
export async function runCommand(
  args: readonly string[],
  files: Readonly<Record<string, Uint8Array | string>> = {},
  surroundings: Partial<Surroundings> = {},
): Promise<Ran> {
  let output = ''
  let error = ''
  const read = (path: string) => {
    const file = files[path]
    if (file === undefined) throw new Error(`no such file: ${path}`)
    return typeof file === 'string' ? new TextEncoder().encode(file) : file
  }
  const status = await run({
    args,
    readFile: async (path) => read(path),
    readStandardInput: async () => read('-'),
    writeOutput: (text) => {
      output += text
    },
    writeError: (text) => {
      error += text
    },
    now: () => new Date('2026-11-22T12:00:00Z'),
    isColorful: false,
    columns: 100,
    ...surroundings,
  })
  return { status, output, error }
}

/** Certificates as PEM. */
export function toPem(chain: readonly Uint8Array[]): string {
  const blocks = chain.map((der) => {
    const body = Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n')
    return `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`
  })
  return blocks.join('')
}
