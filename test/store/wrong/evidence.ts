import type { Evidence, EvidenceRecord } from '@keybound/server/store'
import { freshener, wrongStore } from './wrong-store.ts'

export const wrongWithEvidence = [
  wrongStore(
    'forgets what an Android chain showed',
    ['gives evidence back exactly as it was committed with its credential'],
    (right) => ({
      registerCredential: (input) => {
        const verdict = { ...input.evidence.verdict, android: null }
        return right.registerCredential({ ...input, evidence: { ...input.evidence, verdict } })
      },
    }),
  ),

  wrongStore(
    'keeps evidence before it judges the registration',
    ['keeps no evidence of a registration it refuses'],
    (right) => {
      const kept = new Map<string, EvidenceRecord>()
      return {
        registerCredential: (input) => {
          const { id, account } = input.credential
          kept.set(id, { ...input.evidence, credentialId: id, account })
          return right.registerCredential(input)
        },
        findEvidence: async (_realm, id) => kept.get(id),
      }
    },
  ),

  wrongStore(
    'begins a page with the last of the one before',
    ['lists evidence in pages, in the order of the credential ids'],
    (right) => ({
      listEvidence: async (realm, { after, limit }) => {
        const all = await right.listEvidence(realm, { limit: 1000 })
        return all.filter(({ credentialId }) => after === undefined || credentialId >= after).slice(0, limit)
      },
    }),
  ),

  wrongStore(
    'judges evidence and leaves the credential as it was',
    [
      'replaces verdict, level and suspension together, and nothing else',
      'lets the latest of 64 judgements at once stand',
    ],
    (right) => ({
      findCredential: async (realm, id) => {
        const found = await right.findCredential(realm, id)
        return found && { ...found, suspendedBy: null }
      },
    }),
  ),

  wrongStore(
    'records a judgement of other evidence under the id',
    ['records no judgement of evidence that is gone or not the one judged'],
    (right) => ({
      recordJudgement: async (input) => {
        const { issuedAt = input.issuedAt } =
          (await right.findEvidence(input.realm, input.credentialId)) ?? {}
        return right.recordJudgement({ ...input, issuedAt })
      },
    }),
  ),

  wrongStore(
    'records judgements in the order in which they come',
    ['records no judgement that is older than the one it has'],
    (right) => {
      let last = 0
      return {
        recordJudgement: (input) => {
          last = Math.max(last, input.judgedAt)
          return right.recordJudgement({ ...input, judgedAt: last })
        },
      }
    },
  ),

  wrongStore('judges anew under the same id', ['records a judgement once under its id'], (right) => {
    const fresh = freshener()
    return {
      recordJudgement: (input) => right.recordJudgement({ ...input, operationId: fresh(input.operationId) }),
    }
  }),

  wrongStore(
    'keeps the evidence of credentials that were removed',
    ['removes evidence with its credential'],
    (right) => {
      const kept = new Map<string, Evidence>()
      return {
        registerCredential: (input) => {
          kept.set(input.credential.id, input.evidence)
          return right.registerCredential(input)
        },
        findEvidence: async (realm, credentialId) => {
          const evidence = kept.get(credentialId)
          const found = await right.findEvidence(realm, credentialId)
          return found ?? (evidence && { ...evidence, credentialId, account: 'ada' })
        },
      }
    },
  ),
]
