export { run } from './run.ts'
export { type ExitStatus, type Surroundings, UsageError } from './surroundings.ts'
