import { runInspect } from './inspect/command.ts'
import { type ExitStatus, type Surroundings, UsageError } from './surroundings.ts'
import { runVerifyReceipt } from './verify-receipt/command.ts'

const usage = `Usage: keybound <command>

Commands
  inspect FILE|-   What does this evidence prove? Draws a key attestation, an App Attest object or a
                   WebAuthn registration as a tree, with pass, fail and why.
  verify-receipt FILE|-
                   What was approved, by which key, when? Verifies the receipt of a transaction, offline.

keybound <command> --help says more.
`

const commands: ReadonlyMap<string, (surroundings: Surroundings) => Promise<ExitStatus>> = new Map([
  ['inspect', runInspect],
  ['verify-receipt', runVerifyReceipt],
])

/** Runs the command that the first argument names, and says how it ended. */
export async function run(surroundings: Surroundings): Promise<ExitStatus> {
  const [name, ...args] = surroundings.args
  if (name === '--help' || name === '-h' || name === 'help') {
    surroundings.writeOutput(usage)
    return 0
  }
  const command = name === undefined ? undefined : commands.get(name)
  if (command === undefined) {
    const found = name === undefined ? '' : `Unexpected command ${JSON.stringify(name)}.\n\n`
    surroundings.writeError(`${found}${usage}`)
    return 2
  }
  try {
    return await command({ ...surroundings, args })
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause
    surroundings.writeError(
      `keybound ${name}: ${cause.message}\nkeybound ${name} --help says what it takes.\n`,
    )
    return 2
  }
}
