import type { Store } from '@keybound/server/store'
import { type WrongStore, wrongStore } from './wrong-store.ts'

/** Puts every realm where `place` says. */
function inPlace(wrong: string, fails: readonly string[], place: (realm: string) => string): WrongStore {
  return wrongStore(wrong, fails, (right) => {
    const moved = <Input extends { realm: string }>(input: Input): Input => ({
      ...input,
      realm: place(input.realm),
    })
    return {
      registerCredential: (input) => right.registerCredential(moved(input)),
      recordAuthentication: (input) => right.recordAuthentication(moved(input)),
      removeCredential: (input) => right.removeCredential(moved(input)),
      recordJudgement: (input) => right.recordJudgement(moved(input)),
      findEvidence: (realm, id) => right.findEvidence(place(realm), id),
      listEvidence: (realm, page) => right.listEvidence(place(realm), page),
      startSession: (input) => right.startSession(moved(input)),
      endSession: (input) => right.endSession(moved(input)),
      takeAttempt: (input) => right.takeAttempt(moved(input)),
      clearAttempts: (input) => right.clearAttempts(moved(input)),
      savePassword: (input) => right.savePassword(moved(input)),
      startFamily: (input) => right.startFamily(moved(input)),
      rotateRefreshToken: (input) => right.rotateRefreshToken(moved(input)),
      revokeFamilies: (input) => right.revokeFamilies(moved(input)),
      recordActivity: (input) => right.recordActivity(moved(input)),
      useProof: (input) => right.useProof(moved(input)),
      findFamily: (realm, id) => right.findFamily(place(realm), id),
      listFamilies: (realm, account) => right.listFamilies(place(realm), account),
      findCredential: (realm, id) => right.findCredential(place(realm), id),
      listCredentials: (realm, account) => right.listCredentials(place(realm), account),
      findSession: (realm, tokenHash) => right.findSession(place(realm), tokenHash),
      findPassword: (realm, username) => right.findPassword(place(realm), username),
    }
  })
}

function mappedNames(right: Store, map: (text: string) => string): Partial<Store> {
  return {
    registerCredential: (input) => {
      const { id, account } = input.credential
      return right.registerCredential({
        ...input,
        credential: { ...input.credential, id: map(id), account: map(account) },
      })
    },
    findCredential: (realm, id) => right.findCredential(realm, map(id)),
    listCredentials: (realm, account) => right.listCredentials(realm, map(account)),
  }
}

export const wrongWithRealms = [
  inPlace(
    'ignores the realm',
    [
      'shows nothing of one realm in another',
      'lets two realms hold the same ids, hashes, names and keys',
      'changes and ends things in their own realm only',
      'ends sessions in the realm of the removed credential only',
      'scopes an operation id by realm and by operation',
      'keeps the families of each realm to itself',
      'takes a proof once in each realm',
      'keeps the evidence of each realm to itself',
    ],
    () => 'one',
  ),

  inPlace(
    'compares realms without case',
    ['compares text exactly: case, spaces and Unicode forms differ'],
    (realm) => realm.toLowerCase(),
  ),

  wrongStore('normalises names', ['compares text exactly: case, spaces and Unicode forms differ'], (right) =>
    mappedNames(right, (text) => text.normalize('NFKC')),
  ),

  wrongStore(
    'cuts spaces off names',
    ['compares text exactly: case, spaces and Unicode forms differ'],
    (right) => mappedNames(right, (text) => text.trim()),
  ),

  wrongStore(
    'glues realm and credential id together',
    ['keeps the parts of a key apart, wherever a separator stands'],
    (right) => ({
      registerCredential: async (input) => {
        const id = `${input.realm}:${input.credential.id}`
        const glued = { ...input, realm: 'one', credential: { ...input.credential, id } }
        const result = await right.registerCredential(glued)
        return result.outcome === 'registered' ? right.registerCredential(input) : result
      },
    }),
  ),
]
