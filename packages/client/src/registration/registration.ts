/** Registering and removing keys: a part of its own, loaded when it is first needed. */
export { register } from './register.ts'
export { unregister } from './unregister.ts'
