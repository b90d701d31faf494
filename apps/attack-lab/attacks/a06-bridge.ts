import type { Attack } from '../attack.ts'
import { openHooked } from './outcome.ts'

/** Whatever the app’s own layer for biometrics is called, it says yes. */
const sayYes = `(() => {
  if (globalThis.android) globalThis.android.BiometricPrompt.authenticate = (_info, callback, crypto) =>
    callback.onAuthenticationSucceeded({ cryptoObject: null })
  if (globalThis.ios) globalThis.ios.LAContext.evaluatePolicy = (_reason, reply) => reply(true)
  if (globalThis.hardware) for (const name of ['sign', 'openVaultPair', 'signStatement', 'verify'])
    globalThis.hardware[name] = async () => 'AAAA'
})()`

export const bridge: Attack = {
  id: 'A06',
  title: 'The bridge to native code overridden',
  done: 'The functions through which JavaScript reaches the phone are replaced by ones that say yes.',
  standard: 'MASWE-0020 · MASTG-TECH-0098',
  stoppedBy:
    'No function of the bridge answers a decision: what it gives is a signature or a handle, and invented ones are worth nothing.',
  run: (target) => openHooked(target, sayYes),
}
