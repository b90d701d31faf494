/**
 * What is run inside the app's process: every call to the phone goes through `system.call`, as every call of a real app
 * goes through classes of the system that instrumentation tools rewrite by name.
 */

/** Success without a touch, and no cryptographic object: the public bypass scripts. */
export const forceSuccess = rewrite(`
  if (name === 'prompt.show') return { outcome: 'succeeded', authenticationType: 2, operation: null }
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

/** Sends the attacker's bytes to the key when the owner touches. */
export const swapBytes = rewrite(`
  if (name === 'keystore.finish') return real(name, { ...request, bytes: new Uint8Array(request.bytes.length).fill(0x41) })
`)

/** Keeps the object of a touch that was given, and hands it out again instead of asking. */
export const replayTouch = rewrite(`
  if (name === 'prompt.show') {
    if (globalThis.kept) return globalThis.kept
    return real(name, request).then((outcome) => (globalThis.kept = outcome))
  }
`)

/** Uses every key of the app without asking anybody, and answers the aliases of those that worked. */
export const useKeysDirectly = `(async () => {
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
})()`

function rewrite(body: string): string {
  return `(() => {
    const real = (globalThis.realCall ??= system.call)
    system.call = async (name, request) => {${body}
      return real(name, request)
    }
  })()`
}
