import { defineCase } from '../case.ts'
import { createKey, sealing, signing } from '../common.ts'
import { equal, rejects } from '../expect.ts'

const weaknesses = [
  ['R01', 'unauthenticated', 'works without a biometric', ['android', 'ios'], 'MASTG; AOSP NO_AUTH_REQUIRED'],
  ['R02', 'window', 'stays open for a while after a biometric', ['android'], 'KeyInfo validity; RNK#331'],
  ['R03', 'credential', 'opens with the device credential', ['android'], 'KeyInfo type; AOSP 2fd15b0be251'],
  ['R04', 'software', 'lives in software', ['android'], 'KeyInfo.getSecurityLevel'],
  [
    'R05',
    'survivesEnrolment',
    'outlives an enrolment',
    ['android'],
    'KeyInfo.isInvalidatedByBiometricEnrollment',
  ],
] as const

/** After making a key the native side reads back what the system really made (android.md §4). */
export const readBackCases = weaknesses.map(([id, weakness, what, platforms, source]) =>
  defineCase({
    id,
    proves: `A key that ${what}, though it was not to, is refused and deleted again.`,
    source: `android.md §4, ios.md §1; ${source}`,
    platforms,
    uses: ['weakenNextKey'],
    onlyOnDevice: 'that this model tells the truth about its keys',
    run: async (context) => {
      for (const [role, alias] of [
        ['signing', signing],
        ['sealing', sealing],
      ] as const) {
        await context.world.weakenNextKey(weakness)
        await rejects(createKey(context, role, { strongBox: 'no' }), 'policyNotEnforced', 'createKey')
        equal(await context.hardware.keyState(alias), 'missing', 'state')
        equal(await context.hardware.listKeys(''), [], 'keys')
      }
      await createKey(context, 'signing')
    },
  }),
)
