import { spawn } from 'node:child_process'

/** What the tools are told: no questions, no telemetry, nothing asked of the network but packages. */
const quiet = { CI: '1', NO_COLOR: '1', EXPO_OFFLINE: '1', EXPO_NO_TELEMETRY: '1', DO_NOT_TRACK: '1' }

/** Runs a program in a folder; answers what it printed, rejects with what it said where it failed. */
export async function run(
  folder: string,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  // npm tells what it runs where its project is; that would lead an installation elsewhere into the checkout.
  const inherited = Object.entries(process.env).filter(([name]) => !/^npm_(config_local|package)/.test(name))
  const child = spawn(program, args, {
    cwd: folder,
    env: Object.fromEntries([...inherited, ...Object.entries({ ...quiet, ...env })]) as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [printed, said] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const problem = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (status) => resolve(status === 0 ? undefined : `status ${status}`))
  })
  if (problem === undefined) return printed
  throw new Error(`${program} ${args.join(' ')} failed in ${folder} (${problem}):\n${printed}${said}`)
}
