import type { CredentialRecord } from '@keybound/server/store'
import { freshener, wrongStore } from './wrong-store.ts'

export const wrongWithCredentials = [
  wrongStore(
    'cuts counters to 31 bits',
    ['gives a registered credential back exactly as it was committed'],
    (right) => ({
      registerCredential: (input) => {
        const signCount = input.credential.signCount & 0x7fffffff
        return right.registerCredential({ ...input, credential: { ...input.credential, signCount } })
      },
    }),
  ),

  wrongStore(
    'finds the first credential when it does not know the id',
    ['knows no credential that was never registered', 'shows nothing of one realm in another'],
    (right) => {
      let first: CredentialRecord | undefined
      return {
        registerCredential: (input) => {
          first ??= input.credential
          return right.registerCredential(input)
        },
        findCredential: async (realm, id) => (await right.findCredential(realm, id)) ?? first,
      }
    },
  ),

  wrongStore(
    'lists credentials by id',
    ['lists credentials in the order of commit, whatever their dates and ids'],
    (right) => ({
      listCredentials: async (realm, account) =>
        (await right.listCredentials(realm, account)).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    }),
  ),

  wrongStore(
    'uses no challenge up when it registers',
    [
      'uses a challenge for one registration',
      'uses a challenge once over registrations and assertions together',
      'lets one of 64 registrations at once use a challenge',
      'judges refusals of a registration in the order of their type',
    ],
    (right) => {
      const fresh = freshener()
      return {
        registerCredential: (input) => {
          const challenge = { ...input.challenge, hash: fresh(input.challenge.hash) }
          return right.registerCredential({ ...input, challenge })
        },
      }
    },
  ),

  wrongStore(
    'uses no grant up',
    ['uses a grant for one registration', 'lets one of 64 registrations at once use a grant'],
    (right) => {
      const fresh = freshener()
      return {
        registerCredential: (input) =>
          right.registerCredential({ ...input, grant: { ...input.grant, hash: fresh(input.grant.hash) } }),
      }
    },
  ),

  wrongStore(
    'keeps challenges and grants under one kind',
    ['takes challenges and grants for things of different kinds'],
    (right) => {
      const used = new Set<string>()
      return {
        registerCredential: async (input) => {
          const { challenge, grant } = input
          if (used.has(challenge.hash) || used.has(grant.hash)) return { outcome: 'challengeUsed' }
          const result = await right.registerCredential(input)
          if (result.outcome === 'registered') for (const { hash } of [challenge, grant]) used.add(hash)
          return result
        },
      }
    },
  ),

  wrongStore(
    'replaces a credential whose id is registered again',
    ['registers a credential id once, for one account, and uses up nothing else'],
    (right) => {
      const fresh = freshener()
      return {
        registerCredential: async (input) => {
          const { realm, now, credential } = input
          const before = await right.findCredential(realm, credential.id)
          if (before !== undefined) {
            const removal = { realm, now, operationId: fresh('removal'), credentialId: before.id }
            await right.removeCredential({ ...removal, account: before.account })
          }
          return right.registerCredential(input)
        },
      }
    },
  ),

  wrongStore(
    'has no limit of credentials',
    [
      'holds an account to its limit, and uses up nothing when it refuses',
      'holds an account to its limit among 64 registrations at once',
    ],
    (right) => ({
      registerCredential: (input) => right.registerCredential({ ...input, limit: Number.POSITIVE_INFINITY }),
    }),
  ),

  wrongStore(
    'looks for the credential id before the challenge',
    ['judges refusals of a registration in the order of their type'],
    (right) => ({
      registerCredential: async (input) =>
        (await right.findCredential(input.realm, input.credential.id)) === undefined
          ? right.registerCredential(input)
          : { outcome: 'credentialExists' },
    }),
  ),
]
