import type { RecordAuthentication, SessionRecord } from '@keybound/server/store'
import { freshener, wrongStore } from './wrong-store.ts'

export const wrongWithAssertions = [
  wrongStore(
    'trusts that it remembers every challenge and grant',
    [
      'takes a single-use thing for used when its trace may have been forgotten',
      'still refuses a challenge and grant after they were pruned',
    ],
    (right) => {
      const longer = <Input extends { challenge: { hash: string; expiresAt: number } }>(input: Input) => ({
        ...input,
        challenge: { ...input.challenge, expiresAt: input.challenge.expiresAt + 1e6 },
      })
      return {
        recordAuthentication: (input) => right.recordAuthentication(longer(input)),
        registerCredential: (input) => right.registerCredential(longer(input)),
        prune: (now) => right.prune(now + 1e6),
      }
    },
  ),

  wrongStore(
    'forgets backup state and last use',
    ['records an assertion: counter, backup state, last use and session'],
    (right) => ({
      recordAuthentication: (input) => right.recordAuthentication({ ...input, backedUp: false }),
    }),
  ),

  wrongStore(
    'uses no challenge up when it records an assertion',
    [
      'uses a challenge for one assertion, and changes nothing when it refuses',
      'lets one of 64 assertions at once use a challenge',
      'remembers a used challenge and grant while any clock may take them for valid',
    ],
    (right) => {
      const fresh = freshener()
      return {
        recordAuthentication: (input) => {
          const challenge = { ...input.challenge, hash: fresh(input.challenge.hash) }
          return right.recordAuthentication({ ...input, challenge })
        },
      }
    },
  ),

  wrongStore(
    'keeps the challenges of registrations and of assertions apart',
    ['uses a challenge once over registrations and assertions together'],
    (right) => ({
      recordAuthentication: (input) => {
        const challenge = { ...input.challenge, hash: `assertion ${input.challenge.hash}` }
        return right.recordAuthentication({ ...input, challenge })
      },
    }),
  ),

  wrongStore(
    'does not look whose credential it is',
    [
      'knows a credential only by its own account, and burns no challenge on others',
      'removes nothing for another account or an id it does not know',
    ],
    (right) => {
      const owner = async (input: { realm: string; credentialId: string; account: string }) =>
        (await right.findCredential(input.realm, input.credentialId))?.account ?? input.account
      return {
        recordAuthentication: async (input) =>
          right.recordAuthentication({ ...input, account: await owner(input) }),
        removeCredential: async (input) => right.removeCredential({ ...input, account: await owner(input) }),
      }
    },
  ),

  wrongStore(
    'does not look at counters',
    [
      'refuses a counter that does not rise, and burns no challenge on it',
      'accepts zero again and again from an authenticator that has no counter',
      'lets one of 64 assertions at once have a counter',
    ],
    (right) => ({
      recordAuthentication: (input) => right.recordAuthentication({ ...input, acceptReplayedCount: true }),
    }),
  ),

  wrongStore(
    'wants a counter to rise from authenticators that have none',
    ['accepts zero again and again from an authenticator that has no counter'],
    (right) => ({
      recordAuthentication: async (input) => {
        const stored = await right.findCredential(input.realm, input.credentialId)
        if (stored?.lastUsedAt != null && input.signCount === 0) return { outcome: 'signCountReplayed' }
        return right.recordAuthentication(input)
      },
    }),
  ),

  wrongStore(
    'stores the last counter and the last use as they come',
    [
      'keeps the higher counter when the policy accepts a lower one',
      'does not move the last use back when a clock is behind',
    ],
    (right) => {
      const last = new Map<string, RecordAuthentication>()
      return {
        recordAuthentication: async (input) => {
          const result = await right.recordAuthentication(input)
          if (result.outcome === 'recorded') last.set(input.credentialId, input)
          return result
        },
        findCredential: async (realm, id) => {
          const found = await right.findCredential(realm, id)
          const use = last.get(id)
          return found && use ? { ...found, signCount: use.signCount, lastUsedAt: use.now } : found
        },
      }
    },
  ),

  wrongStore(
    'believes what a session says of itself',
    ['opens the session for the account and credential of the assertion'],
    (right) => {
      const sessions = new Map<string, SessionRecord>()
      return {
        recordAuthentication: async (input) => {
          sessions.set(input.session.tokenHash, input.session)
          return right.recordAuthentication(input)
        },
        findSession: async (realm, tokenHash) =>
          (await right.findSession(realm, tokenHash)) && sessions.get(tokenHash),
      }
    },
  ),

  wrongStore(
    'burns the challenge when it refuses an assertion',
    [
      'knows a credential only by its own account, and burns no challenge on others',
      'refuses a counter that does not rise, and burns no challenge on it',
    ],
    (right) => {
      const burnt = new Set<string>()
      return {
        recordAuthentication: async (input) => {
          if (burnt.has(input.challenge.hash)) return { outcome: 'challengeUsed' }
          const result = await right.recordAuthentication(input)
          if (result.outcome !== 'recorded') burnt.add(input.challenge.hash)
          return result
        },
      }
    },
  ),

  wrongStore(
    'says it removed a credential and does not',
    [
      'removes a credential, so that it is neither found nor accepted',
      'removes a credential once among 64 removals at once',
      'leaves no session of a credential that was removed among assertions',
    ],
    (right) => ({
      removeCredential: async (input) => {
        const stored = await right.findCredential(input.realm, input.credentialId)
        return stored?.account === input.account ? 'removed' : 'unknown'
      },
    }),
  ),

  wrongStore(
    'does not end sessions when it removes a credential',
    [
      'ends the sessions a removed credential opened, and no others',
      'leaves no session of a credential that was removed among assertions',
      'ends sessions in the realm of the removed credential only',
    ],
    (right) => {
      const sessions = new Map<string, SessionRecord>()
      return {
        recordAuthentication: async (input) => {
          const result = await right.recordAuthentication(input)
          if (result.outcome === 'recorded') sessions.set(input.session.tokenHash, input.session)
          return result
        },
        findSession: async (realm, tokenHash) =>
          (await right.findSession(realm, tokenHash)) ?? sessions.get(tokenHash),
      }
    },
  ),

  wrongStore(
    'ends every session of the account when it removes a credential',
    ['ends the sessions a removed credential opened, and no others'],
    (right) => {
      const removed = new Set<string>()
      return {
        removeCredential: async (input) => {
          const result = await right.removeCredential(input)
          if (result === 'removed') removed.add(input.account)
          return result
        },
        findSession: async (realm, tokenHash) => {
          const session = await right.findSession(realm, tokenHash)
          return session && removed.has(session.account) ? undefined : session
        },
      }
    },
  ),

  wrongStore(
    'hides sessions while their credential is missing, and shows them when its id comes back',
    ['starts anew when a removed credential id is registered again'],
    (right) => {
      const sessions = new Map<string, SessionRecord>()
      return {
        recordAuthentication: async (input) => {
          sessions.set(input.session.tokenHash, input.session)
          return right.recordAuthentication(input)
        },
        findSession: async (realm, tokenHash) => {
          const session = sessions.get(tokenHash)
          if (session?.credentialId == null) return right.findSession(realm, tokenHash)
          return (await right.findCredential(realm, session.credentialId)) && session
        },
      }
    },
  ),
]
