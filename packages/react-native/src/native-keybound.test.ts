import type { SecureHardware } from '@keybound/phone'
import type { TurboModule } from 'react-native'
import { expectTypeOf, test } from 'vitest'
import type { Spec } from './specs/NativeKeybound.ts'

// React Native's types tell what the generator understands; nothing of it runs here.
type Members = Omit<Spec, keyof TurboModule>

test('the spec of the code generator says what SecureHardware says', () => {
  expectTypeOf<keyof Members>().toEqualTypeOf<keyof SecureHardware>()
  expectTypeOf<Omit<Members, 'onLifecycle'>>().toEqualTypeOf<Omit<SecureHardware, 'onLifecycle'>>()
  // Events have a form of their own in specs.
  expectTypeOf<Spec['onLifecycle']>().toExtend<SecureHardware['onLifecycle']>()
  expectTypeOf<Parameters<Parameters<Spec['onLifecycle']>[0]>>().toEqualTypeOf<
    Parameters<Parameters<SecureHardware['onLifecycle']>[0]>
  >()
})
