import { KeyboundError } from '@keybound/protocol'

// What `npm start` runs: the hello example. What keeps it from starting is said in one sentence, without a stack.
try {
  await import('../apps/hello/server.ts')
} catch (error) {
  console.error(sentence(error))
  process.exit(1)
}

function sentence(error: unknown): string {
  const { PORT = '3000' } = process.env
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return `Port ${PORT} is taken; stop the program that has it, or choose another port: PORT=3001 npm start`
    case 'EACCES':
      return `Port ${PORT} is not for this user; choose one above 1023: PORT=3000 npm start`
    case 'ERR_SOCKET_BAD_PORT':
      return `PORT=${PORT} is no port; choose a number from 1 to 65535: PORT=3000 npm start`
    default:
      return error instanceof KeyboundError ? error.message : String((error as Error)?.stack ?? error)
  }
}
