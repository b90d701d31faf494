import { parseStatusList } from '@keybound/attestation'
import type { SecureHardware } from '@keybound/phone'
import { type AppsPolicy, type KeyboundServerOptions, standardTypes } from '@keybound/server'
import {
  createVirtualAuthority,
  type VirtualAndroidOptions,
  type VirtualAuthority,
  type VirtualIosOptions,
  virtualPhone,
} from '@keybound/virtual-phone'
import { sample } from '../../support/sample.ts'
import { origin } from '../../support/server.ts'
import { limits } from '../../transactions/support/bank.ts'
import { type Bank, openBank } from './bank.ts'

export const packageName = 'com.example.bank'
export const iosApp = { teamId: 'ABCDE12345', bundleId: packageName }
/** What virtual Android phones are signed with unless they are told otherwise. */
export const signer = Buffer.from('keybound-virtual-signer-00000000')
export const androidOrigin = `android:apk-key-hash:${signer.toString('base64url')}`
export const iosOrigin = `ios:bundle-id:${iosApp.teamId}.${iosApp.bundleId}`

/** When everything begins: the clock of the tests' servers. */
const began = 1_800_000_000_000

let shared: Promise<VirtualAuthority> | undefined

/** One authority for all tests of a file: its keys take a while. */
export function authority(): Promise<VirtualAuthority> {
  shared ??= createVirtualAuthority({ now: () => began })
  return shared
}

/** A bank that trusts the authority and takes the app of virtual phones, and payments. */
export async function openPhoneBank(
  apps: Partial<AppsPolicy> = {},
  { policy, ...options }: Partial<KeyboundServerOptions> = {},
) {
  const { androidRoot, appleRoot } = await authority()
  return openBank({
    policy: {
      registration: {
        apps: { android: [{ packageName, signerDigests: [signer.toString('hex')] }], ios: [iosApp], ...apps },
      },
      ...limits,
      ...policy,
    },
    trust: {
      roots: [],
      testOnly: true,
      android: {
        roots: [androidRoot],
        status: parseStatusList({ entries: {} }),
        statusFetchedAt: new Date(began),
        testOnly: true,
      },
      apple: { roots: [appleRoot], testOnly: true },
    },
    transactions: { types: standardTypes },
    ...options,
  })
}

/** Which phone a test runs on. */
export type Model = 'android' | 'ios'
export const models: readonly Model[] = ['android', 'ios']

/** A phone, and the level that the bank demands of it. */
export interface Demand {
  readonly model: Model
  readonly level: 'L2' | 'R'
}

const demands = (level: Demand['level']): readonly Demand[] => models.map((model) => ({ model, level }))

/** On which phones whole flows run. */
export const demanded = sample({
  small: demands('R'),
  large: [...demands('R'), ...demands('L2')],
  full: [...demands('R'), ...demands('L2')],
})

/** For `openPhoneBank`: no less is registered. `R` of an iPhone is what App Attest is taken for. */
export const appsOf = ({ level }: Demand): Partial<AppsPolicy> => ({ level, iosLevel: level })

/** For `makePhone`: one that shows this and no more. */
export const phoneOf = ({ level }: Demand): VirtualAndroidOptions => ({
  strongBox: level === 'R' ? 'yes' : 'no',
})

/** The finger or face that a phone has enrolled. */
export const own = 'right index'

/** A virtual phone with the network of a bank. */
export async function makePhone(
  model: Model,
  { server, network, clock }: Pick<Bank, 'server' | 'network' | 'clock'>,
  options: VirtualAndroidOptions & VirtualIosOptions = {},
) {
  const fetch = async (url: string, init: RequestInit) => {
    network.requests.push(`${init.method} ${url.replace(`${origin}/v1/`, '')}`)
    if (network.down) throw new TypeError('no network')
    const began = performance.now()
    const response = await server.fetch(new Request(url, init), { clientAddress: '192.0.2.1' })
    network.milliseconds += performance.now() - began
    return response
  }
  const all = { authority: await authority(), fetch, now: clock.now, ...options }
  return model === 'android' ? virtualPhone.android(all) : virtualPhone.ios(all)
}

export type Phone = Awaited<ReturnType<typeof makePhone>>

/** The hardware as a process that starts has it: nothing of an earlier one is remembered for it. */
export function inNewProcess(hardware: SecureHardware): SecureHardware {
  return { ...hardware }
}

/** The same for a process that can be ended: from then on what its code still calls does nothing and never answers. */
export function startProcess(hardware: SecureHardware) {
  const never = new Promise<never>(() => {})
  let alive = true
  return {
    hardware: new Proxy(inNewProcess(hardware), {
      get(target, name, receiver) {
        const member: unknown = Reflect.get(target, name, receiver)
        if (typeof member !== 'function') return member
        return (...of: unknown[]) => (alive ? member.apply(target, of) : never)
      },
    }),
    end() {
      alive = false
    },
  }
}
