/** The script of a Web Worker with a phone in it: `new Worker(new URL('…', import.meta.url), { type: 'module' })`. */
import { hostPhone } from '../remote-phone.ts'

hostPhone({
  send: (message) => postMessage(message),
  listen: (listener) => addEventListener('message', ({ data }) => listener(data)),
})
