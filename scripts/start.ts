import { existsSync, mkdirSync } from 'node:fs'
import { dirname, resolve, sep } from 'node:path'
import { KeyboundError } from '@keybound/protocol'

// What `npm start` runs: the bank; `npm start -- hello` runs the smallest example. What keeps it from starting is said in one sentence, without a stack.
const { PORT = '3000', KEYBOUND_DATA = '.keybound' } = process.env
const [app = 'bank'] = process.argv.slice(2)
try {
  if (app !== 'bank' && app !== 'hello')
    throw new RangeError(`There is no app ${app}; choose bank or hello: npm start -- hello`)
  if (!isPort(PORT)) throw new RangeError(`PORT=${PORT} is no port; choose one from 1 to 65535.`)
  makeFolder(resolve(KEYBOUND_DATA))
  await (app === 'hello' ? import('../apps/hello/server.ts') : import('../apps/bank/server.ts'))
} catch (error) {
  console.error(sentence(error as NodeJS.ErrnoException))
  process.exit(1)
}

function isPort(text: string): boolean {
  return /^\d+$/.test(text) && Number(text) > 0 && Number(text) < 65_536
}

/** Step by step: Node's own `recursive` tries for ever where a parent refuses to have children, as /proc does. */
function makeFolder(path: string): void {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}

function sentence(error: NodeJS.ErrnoException): string {
  if (error.syscall === 'listen') {
    return error.code === 'EADDRINUSE'
      ? `Port ${PORT} is taken; stop the program that has it, or choose another: PORT=3001 npm start`
      : `Port ${PORT} cannot be listened on (${error.code}); choose another above 1023: PORT=3001 npm start`
  }
  if (error.syscall === 'mkdir') {
    return `The data folder ${KEYBOUND_DATA} cannot be made (${error.code}); choose another: KEYBOUND_DATA=/tmp/keybound npm start`
  }
  if (error.path !== undefined && resolve(error.path).startsWith(resolve(KEYBOUND_DATA) + sep)) {
    return `${error.path} cannot be used (${error.code}); make its folder writable, or choose another: KEYBOUND_DATA=/tmp/keybound npm start`
  }
  if (error.code === 'ERR_INVALID_URL') {
    return `PUBLIC_URL=${process.env.PUBLIC_URL} is no address; set one like https://bank.example`
  }
  const foreseen = error instanceof KeyboundError || error instanceof RangeError
  return foreseen ? error.message : String(error.stack ?? error)
}
