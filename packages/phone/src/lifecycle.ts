import type { Lifecycle } from '@keybound/client'
import type { LifecycleEvent, SecureHardware } from './hardware/secure-hardware.ts'

/** `inactive` is left out: our own prompt makes an app inactive, and locking under it would close it. */
const meanings: { readonly [T in LifecycleEvent['type']]?: Lifecycle } = {
  active: 'visible',
  background: 'hidden',
  activity: 'activity',
}

/** Tells when the app goes to the background and comes back, and when somebody uses it. */
export function watch(hardware: SecureHardware, listener: (event: Lifecycle) => void): () => void {
  const subscription = hardware.onLifecycle(({ type }) => {
    const event = meanings[type]
    if (event) listener(event)
  })
  return () => subscription.remove()
}
