import type { CredentialRecord, PasswordRecord } from '@keybound/server/store'
import { freshener, wrongStore } from './wrong-store.ts'

export const wrongWithHousekeeping = [
  wrongStore(
    'saves a password once and never replaces it',
    ['saves, finds and replaces a password account'],
    (right) => ({
      savePassword: async (input) =>
        (await right.findPassword(input.realm, input.password.username)) === undefined
          ? right.savePassword(input)
          : 'saved',
    }),
  ),

  wrongStore(
    'gives a username to whoever asked last',
    ['gives a username to one account', 'keeps the old username when the new one is taken'],
    (right) => {
      const fresh = freshener()
      return {
        savePassword: async (input) => {
          const holder = await right.findPassword(input.realm, input.password.username)
          if (holder !== undefined) {
            const moved = { ...holder, username: fresh(holder.username) }
            await right.savePassword({ ...input, operationId: fresh('move'), password: moved })
          }
          return right.savePassword(input)
        },
      }
    },
  ),

  wrongStore(
    'keeps the old username when an account gets a new one',
    ['moves an account to a new username and frees the old one'],
    (right) => {
      const saved = new Map<string, PasswordRecord>()
      return {
        savePassword: async (input) => {
          const result = await right.savePassword(input)
          if (result === 'saved') saved.set(`${input.realm} ${input.password.username}`, input.password)
          return result
        },
        findPassword: async (realm, username) => saved.get(`${realm} ${username}`),
      }
    },
  ),

  wrongStore(
    'prunes nothing',
    [
      'prunes sessions once they expired longer ago than clocks may differ',
      'forgets used challenges and grants some day after nobody can take them for valid',
      'prunes more than one step of anything',
      'keeps a result for a day, and not for ever',
    ],
    () => ({ prune: async () => {} }),
  ),

  wrongStore(
    'prunes what has just expired, trusting every clock',
    [
      'prunes sessions once they expired longer ago than clocks may differ',
      'remembers a used challenge and grant while any clock may take them for valid',
    ],
    (right) => ({ prune: (now) => right.prune(now + 600) }),
  ),

  wrongStore('prunes what is in use', ['forgets nothing that is in use while it prunes'], (right) => ({
    prune: (now) => right.prune(now + 1e6),
  })),

  wrongStore(
    'prunes credentials that are old',
    ['prunes no credential and no password, however old'],
    (right) => {
      let last = 0
      return {
        prune: (now) => {
          last = now
          return right.prune(now)
        },
        findCredential: async (realm, id) => {
          const credential = await right.findCredential(realm, id)
          return credential && credential.createdAt > last - 1e8 ? credential : undefined
        },
      }
    },
  ),

  wrongStore(
    'forgets what it was opened as',
    ['keeps a store of production from demos, for ever', 'marks a store that was opened as a demo, for ever'],
    () => ({ openAs: async () => 'opened' }),
  ),

  wrongStore(
    'refuses to be opened as a demo again',
    ['marks a store that was opened as a demo, for ever'],
    (right) => {
      let opened = 0
      return {
        openAs: async (mode) => {
          if (mode === 'demo' && ++opened > 1) return 'markedDemo'
          return right.openAs(mode)
        },
      }
    },
  ),

  wrongStore(
    'gives and keeps the very objects that callers hold',
    ['cannot be changed through what it was given or gave'],
    (right) => {
      const held = new Map<string, CredentialRecord>()
      return {
        registerCredential: async (input) => {
          const result = await right.registerCredential(input)
          if (result.outcome === 'registered') held.set(input.credential.id, input.credential)
          return result
        },
        findCredential: async (realm, id) => {
          const found = await right.findCredential(realm, id)
          const { publicKey, transports } = held.get(id) ?? {}
          return found && publicKey && transports ? { ...found, publicKey, transports } : found
        },
      }
    },
  ),

  wrongStore('gives what its driver gave', ['gives plain objects and bytes'], (right) => ({
    findCredential: async (realm, id) => {
      const found = await right.findCredential(realm, id)
      return found && { ...found, publicKey: Buffer.from(found.publicKey) }
    },
  })),

  wrongStore(
    'goes on after it was closed',
    ['settles what was asked before it closes, then takes nothing'],
    () => ({
      close: async () => {},
    }),
  ),
]
