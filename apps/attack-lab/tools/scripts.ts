import { labIosAppId, labSigner } from '../target/lab-app.ts'
import type { PhoneSystem } from '../target/target.ts'

/**
 * What is run inside the app's process: every call to the phone goes through `system.call`, as every call of a real app
 * goes through classes of the system that instrumentation tools rewrite by name.
 */

/** Success without a touch, and no cryptographic object: the public bypass scripts, of both systems. */
export const forceSuccess = rewrite(`
  if (name === 'prompt.show') return { outcome: 'succeeded', authenticationType: 2, operation: null }
  if (name === 'la.evaluate') return null
`)

/** Success without a touch, with the app's own object, which nobody authorised. */
export const forceSuccessWithObject = rewrite(`
  if (name === 'prompt.show') return { outcome: 'succeeded', authenticationType: 2, operation: request.operation }
`)

/** The same, and the key store's refusals are swallowed: every operation answers with zeros. */
export const swallowRefusals = rewrite(`
  if (name === 'prompt.show') return { outcome: 'succeeded', authenticationType: 2, operation: request.operation }
  if (name === 'keystore.finish') return real(name, request).catch(() => ({ bytes: new Uint8Array(64) }))
`)

/** Keys of the key store swapped for the attacker's own, which work for everybody, and success forced with them. */
export const swapCipher = rewrite(`
  if (name === 'keystore.begin') return { operation: 'in software' }
  if (name === 'prompt.show') return { outcome: 'succeeded', authenticationType: 2, operation: request.operation }
  if (name === 'keystore.finish') return { bytes: crypto.getRandomValues(new Uint8Array(64)) }
`)

/** Where the app asks the system who it is, it hears that it is the genuine one. */
export const claimGenuine = rewrite(`
  if (name === 'app.info') {
    const info = await real(name, request)
    const signingDigests = [Uint8Array.from([${labSigner}])]
    return 'signingDigests' in info ? { ...info, signingDigests } : { ...info, appId: '${labIosAppId}' }
  }
`)

/** Sends the attacker's bytes to the key when the owner touches. */
export const swapBytes = rewrite(`
  if (name === 'keystore.finish' || name === 'key.sign')
    return real(name, { ...request, bytes: new Uint8Array(request.bytes.length).fill(0x41) })
`)

/** Keeps what a touch that was given came with, and hands it out again instead of asking: an object, a context. */
export const replayTouch = rewrite(`
  if (name === 'prompt.show' || name === 'la.context' || name === 'la.evaluate') {
    globalThis.kept ??= {}
    return (globalThis.kept[name] ??= await real(name, request) ?? {})
  }
`)

/** Notes every call that leaves the app's JavaScript, and its answer, as development tools do. */
export const noteCalls = `(() => {
  globalThis.noted = []
  const legible = (value) => value instanceof Uint8Array ? Buffer.from(value).toString('base64url') : value
  const note = (value) => noted.push(JSON.stringify(value, (_key, part) => legible(part)))
  const watch = (owner, name) => {
    const real = owner[name]
    owner[name] = (...request) => {
      note([name, request])
      const answer = real(...request)
      Promise.resolve(answer).then((value) => note([name, value]), () => {})
      return answer
    }
  }
  if (globalThis.hardware) for (const name of Object.keys(hardware)) watch(hardware, name)
  else for (const [owner, name] of [[system, 'call'], [globalThis, 'fetch']]) watch(owner, name)
})()`

/** Uses every key of the app without asking anybody, and answers the aliases of those that worked. */
export const useKeysDirectly: { readonly [S in PhoneSystem]: string } = {
  android: `(async () => {
  const { aliases } = await system.call('keystore.aliases', {})
  const worked = []
  for (const alias of aliases) for (const [purpose, mgf1Digest] of [['sign', null], ['decrypt', 'SHA-256'], ['decrypt', 'SHA-1']]) {
    try {
      const { operation } = await system.call('keystore.begin', { alias, purpose, digest: 'SHA-256', mgf1Digest })
      await system.call('keystore.finish', { operation, bytes: new Uint8Array(purpose === 'sign' ? 32 : 256) })
      worked.push(alias)
    } catch {}
  }
  return worked
})()`,
  ios: `(async () => {
  const { tags } = await system.call('key.list', {})
  const { context } = await system.call('la.context', {})
  const worked = []
  for (const tag of tags) for (const [call, length] of [['key.sign', 32], ['key.decrypt', 97]]) {
    const silent = { context, localizedReason: '', localizedCancelTitle: '', interactionNotAllowed: true }
    try {
      await system.call(call, { tag, ...silent, bytes: new Uint8Array(length) })
      worked.push(tag)
    } catch {}
  }
  return worked
})()`,
}

function rewrite(body: string): string {
  return `(() => {
    const real = (globalThis.realCall ??= system.call)
    system.call = async (name, request) => {${body}
      return real(name, request)
    }
  })()`
}
