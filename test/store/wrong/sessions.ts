import { freshener, wrongStore } from './wrong-store.ts'

export const wrongWithSessions = [
  wrongStore('ends no session', ['starts, finds and ends a session'], () => ({ endSession: async () => {} })),

  wrongStore(
    'ends every session when the one to end is not there',
    ['does nothing when a session to end is not there'],
    (right) => {
      let ended = false
      return {
        endSession: async (input) => {
          ended ||= (await right.findSession(input.realm, input.tokenHash)) === undefined
          await right.endSession(input)
        },
        findSession: async (realm, tokenHash) => (ended ? undefined : right.findSession(realm, tokenHash)),
      }
    },
  ),

  wrongStore(
    'ends the session that asks for a removal too',
    ['keeps the session that asks for the removal, and only that one'],
    (right) => ({
      removeCredential: ({ keepSession: _, ...input }) => right.removeCredential(input),
    }),
  ),

  wrongStore('hides expired sessions', ['gives an expired session until it is pruned'], (right) => {
    let now = 0
    return {
      startSession: (input) => {
        now = input.now
        return right.startSession(input)
      },
      findSession: async (realm, tokenHash) => {
        const session = await right.findSession(realm, tokenHash)
        return session && session.expiresAt > now ? session : undefined
      },
    }
  }),

  wrongStore(
    'lets a later session take a token hash over',
    ['never takes over a token hash in use, and that failure undoes nothing else'],
    (right) => {
      const fresh = freshener()
      return {
        startSession: async (input) => {
          const { tokenHash } = input.session
          await right.endSession({ ...input, operationId: fresh(input.operationId), tokenHash })
          await right.startSession(input)
        },
      }
    },
  ),

  wrongStore(
    'fails every call that shares a commit with a failing one',
    ['never takes over a token hash in use, and that failure undoes nothing else'],
    (right) => {
      let batch: Promise<void> | undefined
      return {
        startSession: (input) => {
          const own = right.startSession(input)
          batch = batch === undefined ? own : Promise.all([batch, own]).then(() => undefined)
          setImmediate(() => {
            batch = undefined
          })
          return batch
        },
      }
    },
  ),

  wrongStore(
    'stores the counter before it finds that the session cannot be started',
    ['changes nothing when an assertion would open a session under a token hash in use'],
    (right) => {
      const fresh = freshener()
      return {
        recordAuthentication: async (input) => {
          const { tokenHash } = input.session
          const clash = (await right.findSession(input.realm, tokenHash)) !== undefined
          if (clash) {
            const session = { ...input.session, tokenHash: fresh(tokenHash) }
            await right.recordAuthentication({ ...input, session })
            await right.startSession({ ...input, operationId: fresh(input.operationId) })
          }
          return right.recordAuthentication(input)
        },
      }
    },
  ),
]
