import { connectSystem, type PhoneSocket } from '@keybound/virtual-phone/node'
import type { Ios } from './ios.ts'

/** iOS's classes over the system calls of the phone, which lie where hooks find them. */
export async function connectIos(address: Pick<PhoneSocket, 'port' | 'token'>): Promise<Ios> {
  const system = await connectSystem(address)
  Object.assign(globalThis, { system })

  async function evaluate(localizedReason: string): Promise<void> {
    const { context } = (await system.call('la.context', {})) as { readonly context: string }
    await system.call('la.evaluate', { context, localizedReason })
  }

  return {
    LAContext: {
      evaluatePolicy: (localizedReason, reply) =>
        void evaluate(localizedReason).then(
          () => reply(true),
          () => reply(false),
        ),
    },
    keychain: {
      async add(account, value) {
        await system.call('item.set', { account, bytes: new TextEncoder().encode(value) })
      },
      async copyMatching(account) {
        const { bytes } = (await system.call('item.get', { account })) as {
          readonly bytes: Uint8Array | null
        }
        return bytes === null ? undefined : new TextDecoder().decode(bytes)
      },
    },
  }
}
