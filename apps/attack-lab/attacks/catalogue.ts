import type { Attack } from '../attack.ts'
import { nullObject } from './a01-null-object.ts'
import { ownObject } from './a02-own-object.ts'
import { swallowedRefusals } from './a03-swallowed-refusals.ts'
import { replyFlipped } from './a04-reply-flipped.ts'
import { bridge } from './a06-bridge.ts'
import { repackaged } from './a07-repackaged.ts'
import { flags } from './a08-flags.ts'
import { pastTheLock } from './a09-past-the-lock.ts'
import { keysDirectly } from './a10-keys-directly.ts'
import { withinTheWindow } from './a11-within-the-window.ts'
import { softwareCipher } from './a12-software-cipher.ts'
import { replayedTouch } from './a13-replayed-touch.ts'
import { swappedBytes } from './a14-swapped-bytes.ts'
import { otherPayment } from './a15-other-payment.ts'
import { ownFinger } from './a16-own-finger.ts'
import { recovery } from './a18-recovery.ts'
import { pin } from './a19-pin.ts'
import { weakFace } from './a20-weak-face.ts'
import { passiveFace } from './a21-passive-face.ts'
import { prompts } from './a22-prompts.ts'
import { offlineGuesses } from './a24-offline-guesses.ts'
import { resetCounter } from './a25-reset-counter.ts'
import { clock } from './a26-clock.ts'
import { reinstalled } from './a27-reinstalled.ts'
import { storage } from './b01-storage.ts'
import { keychainDump } from './b02-keychain.ts'
import { backup } from './b03-backup.ts'
import { otherPhone } from './b04-other-phone.ts'
import { olderState } from './b05-older-state.ts'
import { memory } from './b06-memory.ts'
import { whileOpen } from './b07-while-open.ts'
import { notes } from './b08-notes.ts'
import { afterLocking } from './b14-after-locking.ts'

/** What is tried, in the order of the catalogue of attacks. */
export const attacks: readonly Attack[] = [
  nullObject,
  ownObject,
  swallowedRefusals,
  replyFlipped,
  bridge,
  repackaged,
  flags,
  pastTheLock,
  keysDirectly,
  withinTheWindow,
  softwareCipher,
  replayedTouch,
  swappedBytes,
  otherPayment,
  ownFinger,
  recovery,
  pin,
  weakFace,
  passiveFace,
  prompts,
  offlineGuesses,
  resetCounter,
  clock,
  reinstalled,
  storage,
  keychainDump,
  backup,
  otherPhone,
  olderState,
  memory,
  whileOpen,
  notes,
  afterLocking,
]
