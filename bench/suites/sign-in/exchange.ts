/** What the measuring process tells a server process when it starts it. */
export interface Seed {
  readonly credentials: readonly SeedCredential[]
  /** Folder for the database and the keys of this process. */
  readonly folder: string
  /** Whether the floor imports each key, because the measured server has to. */
  readonly cold: boolean
}

/** One registered key, and one signature of it for the side that checks nothing else. Bytes as base64url. */
export interface SeedCredential {
  readonly id: string
  readonly account: string
  readonly coseKey: string
  readonly spki: string
  readonly signed: string
  readonly signature: string
}

export type ToServer = { readonly type: 'seed'; readonly seed: Seed } | { readonly type: 'cpu' }

export type FromServer =
  | { readonly type: 'ready'; readonly port: number }
  /** Processor time of the process so far, in microseconds. */
  | { readonly type: 'cpu'; readonly micros: number }

export const origin = 'http://localhost:3000'
export const rpId = 'localhost'
export const realm = 'bench'

/** Runs in a server process: starts what is to be measured, then answers how much processor time was used. */
export function answerParent(start: (seed: Seed) => Promise<number>): void {
  process.on('message', (message: ToServer) => {
    if (message.type === 'seed') {
      start(message.seed).then(
        (port) => tell({ type: 'ready', port }),
        (error) => {
          console.error(error)
          process.exit(1)
        },
      )
    } else {
      const { user, system } = process.cpuUsage()
      tell({ type: 'cpu', micros: user + system })
    }
  })
  process.on('disconnect', () => process.exit())
}

function tell(message: FromServer): void {
  process.send?.(message)
}
