import { attacks } from '../../apps/attack-lab/attacks/catalogue.ts'
import { sample } from '../support/sample.ts'

/** In a small sample: the forced success, the swallowed refusal, the stranger's own finger, the search of the memory. */
const few = new Set(['A01', 'A03', 'A16', 'B06'])

/** The attacks that are carried out. */
export const tried = attacks.filter(({ id }) => sample({ small: few.has(id), large: true, full: true }))
