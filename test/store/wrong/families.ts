import type { FamilyRecord, Store } from '@keybound/server/store'
import { freshener, wrongStore } from './wrong-store.ts'

/** Shows families other than they are. */
function showing(right: Store, show: (family: FamilyRecord) => FamilyRecord): Partial<Store> {
  return {
    findFamily: async (realm, id) => {
      const family = await right.findFamily(realm, id)
      return family && show(family)
    },
    listFamilies: async (realm, account) => (await right.listFamilies(realm, account)).map(show),
  }
}

export const wrongWithFamilies = [
  wrongStore(
    'starts families without using the challenge up',
    [
      'starts a family with the assertion that opened it',
      'starts no family, and uses nothing up, when the assertion is refused',
    ],
    (right) => {
      const fresh = freshener()
      return {
        startFamily: (input) => {
          const challenge = { ...input.challenge, hash: fresh(input.challenge.hash) }
          return right.startFamily({ ...input, challenge })
        },
      }
    },
  ),

  wrongStore(
    'starts families with proofs that were used',
    ['starts no family, and uses nothing up, when the assertion is refused'],
    (right) => ({ startFamily: (input) => right.startFamily({ ...input, proofs: [] }) }),
  ),

  wrongStore(
    'lists families oldest first',
    ['lists the families of an account that were not revoked, newest first'],
    (right) => ({
      listFamilies: async (realm, account) => (await right.listFamilies(realm, account)).toReversed(),
    }),
  ),

  wrongStore(
    'ends all of an account when a credential is named',
    ['ends one family, those of a credential, or all of an account'],
    (right) => ({
      revokeFamilies: (input) => {
        const of = 'account' in input.of ? { account: input.of.account } : input.of
        return right.revokeFamilies({ ...input, of })
      },
    }),
  ),

  wrongStore(
    'forgets the opaque sessions of an account',
    ['ends the opaque sessions of an account together with its families'],
    (right) => ({
      revokeFamilies: async (input) => {
        if ('family' in input.of || 'credentialId' in input.of) return right.revokeFamilies(input)
        let ended = 0
        for (const { id } of await right.listFamilies(input.realm, input.of.account)) {
          ended += await right.revokeFamilies({ ...input, of: { family: id } })
        }
        return ended
      },
    }),
  ),

  wrongStore(
    'leaves the families of a removed credential alone',
    ['ends the families that a removed credential opened, and no others'],
    (right) => {
      const removed = new Set<string | null>()
      return {
        removeCredential: async (input) => {
          const result = await right.removeCredential(input)
          if (result === 'removed') removed.add(input.credentialId)
          return result
        },
        findFamily: async (realm, id) => {
          const family = await right.findFamily(realm, id)
          return family && removed.has(family.credentialId) ? { ...family, revokedAt: null } : family
        },
      }
    },
  ),

  wrongStore(
    'takes the last message about activity for the latest',
    ['moves the last activity forward, never back'],
    (right) => {
      const last = new Map<string, number>()
      return {
        recordActivity: async (input) => {
          last.set(input.family, input.now)
          await right.recordActivity(input)
        },
        ...showing(right, (family) => ({
          ...family,
          lastActiveAt: last.get(family.id) ?? family.lastActiveAt,
        })),
      }
    },
  ),

  wrongStore(
    'refuses the predecessor at once',
    ['rotates a family, and repeats the answer until the successor is used'],
    (right) => ({
      rotateRefreshToken: async (input) => {
        const result = await right.rotateRefreshToken(input)
        return result.outcome === 'repeated' ? { outcome: 'refused', reason: 'superseded' } : result
      },
    }),
  ),

  wrongStore(
    'takes a refresh for activity',
    ['refreshing is no activity and changes nothing about the sign-in'],
    (right) => ({
      rotateRefreshToken: async (input) => {
        const result = await right.rotateRefreshToken(input)
        if (result.outcome === 'rotated') await right.recordActivity(input)
        return result
      },
    }),
  ),

  wrongStore(
    'ends every family of an account for one copy',
    ['ends a family for another key or an outdated generation, and no other'],
    (right) => ({
      rotateRefreshToken: async (input) => {
        const result = await right.rotateRefreshToken(input)
        if (result.outcome === 'revoked') {
          await right.revokeFamilies({ ...input, of: { account: result.account } })
        }
        return result
      },
    }),
  ),

  wrongStore('ends a family that it refuses', ['changes nothing for a refresh that it refuses'], (right) => ({
    rotateRefreshToken: async (input) => {
      const result = await right.rotateRefreshToken(input)
      if (result.outcome === 'refused') {
        await right.revokeFamilies({ ...input, of: { family: input.family } })
      }
      return result
    },
  })),

  wrongStore(
    'uses proofs up before it judges the token',
    ['uses the proofs of a refresh up with its effect, and only then'],
    (right) => ({
      rotateRefreshToken: async (input) => {
        for (const proof of input.proofs) {
          const { realm, now } = input
          if ((await right.useProof({ ...proof, realm, now })) === 'used') return { outcome: 'proofUsed' }
        }
        return right.rotateRefreshToken({ ...input, proofs: [] })
      },
    }),
  ),

  wrongStore(
    'keeps the proofs of refreshes and of other calls apart',
    ['knows one set of proofs, whatever they accompany'],
    (right) => ({ useProof: (input) => right.useProof({ ...input, hash: `call ${input.hash}` }) }),
  ),

  wrongStore(
    'takes proofs for families that ended',
    ['takes no proof for a family that ended or is gone, and uses none up'],
    (right) => ({ useProof: ({ family: _, ...input }) => right.useProof(input) }),
  ),

  wrongStore(
    'uses a proof up although its family ended',
    ['takes no proof for a family that ended or is gone, and uses none up'],
    (right) => ({
      useProof: async (input) => {
        const result = await right.useProof(input)
        const { family: _, ...alone } = input
        if (result === 'familyEnded') await right.useProof(alone)
        return result
      },
    }),
  ),

  wrongStore(
    'prunes families and proofs at their very end',
    [
      'prunes families once they expired longer ago than clocks may differ',
      'remembers a proof while any clock may take it for valid',
    ],
    (right) => ({ prune: (now) => right.prune(now + 600) }),
  ),

  wrongStore('never forgets a proof', ['forgets a proof when nobody can take it for valid'], (right) => {
    const seen = new Set<string>()
    return {
      useProof: async (input) => {
        const key = JSON.stringify([input.realm, input.hash])
        const result = seen.has(key) ? 'used' : await right.useProof(input)
        if (result === 'fresh') seen.add(key)
        return result
      },
    }
  }),
]
