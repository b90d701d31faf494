import type { Attack } from '../attack.ts'
import { swallowRefusals } from '../tools/scripts.ts'
import { openHooked } from './outcome.ts'

export const swallowedRefusals: Attack = {
  id: 'A03',
  title: 'Refusals of the key store swallowed',
  done: 'As A02, and where the key store refuses, the app is given zeros instead of an exception.',
  standard: 'MASWE-0020 · MASTG-TEST-0327',
  stoppedBy: 'The bytes are needed: zeros open no vault and verify as nobody’s signature.',
  only: 'android',
  run: (target) => openHooked(target, swallowRefusals),
}
