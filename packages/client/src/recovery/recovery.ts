/** What becomes of secrets whose key died: a part of its own, loaded when it is first needed. */
export { recover } from './bring-back.ts'
export { escrowOf } from './escrow.ts'
export { discardLost, lost } from './lost.ts'
