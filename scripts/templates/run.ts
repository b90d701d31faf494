import { spawnSync } from 'node:child_process'

/** What the tools are told: no questions, no telemetry, nothing asked of the network but packages. */
const quiet = { CI: '1', NO_COLOR: '1', EXPO_OFFLINE: '1', EXPO_NO_TELEMETRY: '1', DO_NOT_TRACK: '1' }

/** Runs a program in a folder; answers what it printed, throws what it said where it failed. */
export function run(
  folder: string,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): string {
  // npm tells what it runs where its project is; that would lead an installation elsewhere into the checkout.
  const inherited = Object.entries(process.env).filter(([name]) => !/^npm_(config_local|package)/.test(name))
  const result = spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    env: Object.fromEntries([...inherited, ...Object.entries({ ...quiet, ...env })]) as NodeJS.ProcessEnv,
    maxBuffer: 256 * 2 ** 20,
  })
  if (result.status === 0) return result.stdout
  const said = `${result.stdout}${result.stderr}${result.error?.message ?? ''}`
  throw new Error(`${program} ${args.join(' ')} failed in ${folder}:\n${said}`)
}
