import { wrongStore } from './wrong-store.ts'

export const wrongWithPhones = [
  wrongStore(
    'takes an App Attest key any number of times',
    [
      'takes an App Attest key for one credential, until that is removed',
      'judges an App Attest key after the credential id and before the limit',
      'takes an App Attest key for one of many registrations at once',
      'gives a registered credential back exactly as it was committed',
    ],
    (right) => ({
      registerCredential: (input) =>
        right.registerCredential({ ...input, credential: { ...input.credential, appAttestKey: null } }),
    }),
  ),

  wrongStore(
    'leaves the credential that was to be replaced',
    ['replaces a credential: evidence, sessions and families go with it'],
    (right) => ({
      registerCredential: ({ replaces: _, ...input }) => right.registerCredential(input),
    }),
  ),

  wrongStore(
    'removes what is to be replaced before it judges the registration',
    ['replaces no credential of another account, and none when it refuses'],
    (right) => ({
      registerCredential: async ({ replaces, ...input }) => {
        const { realm, now, credential } = input
        const operationId = `${input.operationId} replaced`
        const removal = { realm, now, operationId, account: credential.account }
        if (replaces !== undefined) await right.removeCredential({ ...removal, ...replaces })
        return right.registerCredential(input)
      },
    }),
  ),

  wrongStore(
    'counts expired credentials',
    ['makes room for a registration by what has expired, and by nothing else'],
    (right) => ({
      registerCredential: (input) =>
        right.registerCredential({ ...input, credential: { ...input.credential, expiresAt: null } }),
    }),
  ),
]
