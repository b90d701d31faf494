/**
 * The measure of every implementation of `SecureHardware`: cases as data, each with the source of its rule, and a runner
 * that tells what they prove and what only a device can.
 */
export { type CaseContext, type ConformanceCase, NotProvoked } from './case.ts'
export { cases } from './cases.ts'
export { createRemoteHardware, type LineChannel } from './remote-hardware.ts'
export { formatReport, summary } from './report.ts'
export {
  type ConformanceOptions,
  type ConformanceResult,
  casesOf,
  runCase,
  runConformance,
} from './run.ts'
export type {
  ConformanceFile,
  ConformanceSubject,
  ConformanceWorld,
  MakeSubject,
  PhoneNeeds,
  WorldAbility,
} from './world.ts'
