import type { Opened, PhoneSystem } from './target.ts'

/** What an app's process is started with. */
export interface AppSettings {
  /** Of the app, in its catalogue; `keybound` for the one with Keybound. */
  readonly name: string
  readonly system: PhoneSystem
  /** Where the phone answers system calls. */
  readonly phone: { readonly port: number; readonly token: string }
  /** Address of the server beside the app. */
  readonly server: string
  /** Name of the owner's account. */
  readonly username: string
}

/** What the harness tells an app's process: what its user does. */
export interface AppCommand {
  readonly id: number
  readonly command: 'setUp' | 'open' | 'lock'
}

/** What the process answers. */
export interface AppAnswer {
  readonly id: number
  readonly opened: Opened
}

/** Serves the commands of the harness, in the app's process. */
export function serveCommands(
  commands: {
    readonly [C in AppCommand['command']]: () => Promise<string>
  },
): void {
  process.on('message', async ({ id, command }: AppCommand) => {
    const opened = await outcomeOf(commands[command])
    process.send?.({ id, opened } satisfies AppAnswer)
  })
  process.on('disconnect', () => process.exit())
  process.send?.('ready')
}

/** What the app shows, or what it says instead. */
export async function outcomeOf(work: () => Promise<string>): Promise<Opened> {
  try {
    return { shown: await work() }
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) }
  }
}
