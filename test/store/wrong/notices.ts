import { wrongStore } from './wrong-store.ts'

export const wrongWithNotices = [
  wrongStore(
    'keeps no notice of a removal',
    ['tells of registrations and removals in order, exactly as they were committed'],
    (right) => ({ removeCredential: ({ notices: _, ...input }) => right.removeCredential(input) }),
  ),

  wrongStore('tells before it judges', ['tells nobody of what was refused'], (right) => {
    const told: string[] = []
    return {
      registerCredential: (input) => {
        told.push(...(input.notices ?? []).map(({ id }) => id))
        return right.registerCredential(input)
      },
      listNotices: async (realm, account, reader) => {
        const found = await right.listNotices(realm, account, reader)
        const [sample] = told
        const refused = { type: 'credentialRegistered', credentialId: '', name: '', platform: 'web' } as const
        return sample === undefined || found.length > 0
          ? found
          : [{ ...refused, id: sample, account, at: 0, expiresAt: 0 }]
      },
    }
  }),

  wrongStore('tells everybody', ['does not tell whoever caused it'], (right) => ({
    registerCredential: (input) =>
      right.registerCredential({
        ...input,
        notices: (input.notices ?? []).map((notice) => ({ ...notice, causedBy: [] })),
      }),
  })),

  wrongStore(
    'acknowledges for all devices at once',
    ['tells a reader no more of what that acknowledged, and the others still'],
    (right) => {
      const done = new Set<string>()
      return {
        acknowledgeNotice: async (input) => {
          done.add(input.notice)
          return right.acknowledgeNotice(input)
        },
        listNotices: async (realm, account, reader) =>
          (await right.listNotices(realm, account, reader)).filter(({ id }) => !done.has(id)),
      }
    },
  ),

  wrongStore(
    'acknowledges whatever it is asked to',
    ['acknowledges no notice of another account'],
    (right) => ({
      acknowledgeNotice: async (input) => {
        await right.acknowledgeNotice(input)
        return 'acknowledged'
      },
    }),
  ),

  wrongStore('keeps notices for ever', ['forgets notices when they have expired'], (right) => ({
    registerCredential: (input) =>
      right.registerCredential({
        ...input,
        notices: (input.notices ?? []).map((notice) => ({ ...notice, expiresAt: notice.expiresAt + 86_400 })),
      }),
  })),
]
