import { decodeBase64Url, encodeBase64Url } from '@keybound/protocol'
import { encodeStatement, renderStatement, transactionChallenge } from '@keybound/protocol/transactions'
import type { StatementRequest } from '../../hardware/secure-hardware.ts'
import { type CaseContext, defineCase } from '../case.ts'
import { checkSignature, createKey, finger, proof, sealing, signing } from '../common.ts'
import { ensure, equal, rejects } from '../expect.ts'

const statement = {
  expiresAt: 1_800_000_300,
  fields: {
    amount: { kind: 'amount', currency: 'EUR', minor: 4200 },
    payee: { kind: 'payee', account: 'DE02120300000000202051', name: 'Grace Hopper' },
  },
  id: 'AAECAwQFBgcICQoLDA0ODw',
  type: 'payment',
  version: 1,
  view: {
    language: 'en',
    rows: [
      { field: 'amount', label: 'Amount' },
      { field: 'payee', label: 'To' },
    ],
    title: 'Approve this payment',
  },
} as const

const request: StatementRequest = {
  alias: signing,
  realm: 'bank',
  account: 'acct-1',
  nonce: encodeBase64Url(new Uint8Array(32).fill(0xaa)),
  statement: encodeStatement(statement),
  origin: 'android:apk-key-hash:conformance',
  authenticatorData: encodeBase64Url(new Uint8Array(37).fill(9)),
  cancel: 'Cancel',
}

async function sha256Of({ hardware }: Pick<CaseContext, 'hardware'>, bytes: Uint8Array): Promise<Uint8Array> {
  return decodeBase64Url(await hardware.sha256(encodeBase64Url(bytes)))
}

/** Approving a statement (docs/transactions.md). */
export const statementCases = [
  defineCase({
    id: 'T01',
    proves:
      'What is signed is authenticator data and the hash of client data over the challenge of exactly this statement.',
    source: 'SecureHardware.signStatement; docs/transactions.md; WebAuthn L3 §6.3.3',
    uses: ['touch'],
    run: async (context) => {
      const key = await createKey(context, 'signing')
      const approving = context.hardware.signStatement(request)
      const [{ clientDataJson, signature }] = await Promise.all([approving, context.world.touch(finger)])
      const nonce = decodeBase64Url(request.nonce)
      const binding = { realm: 'bank', account: 'acct-1', nonce, statement: request.statement }
      const challenge = await transactionChallenge(binding, (bytes) => sha256Of(context, bytes))
      const bytes = decodeBase64Url(clientDataJson)
      const client: unknown = JSON.parse(new TextDecoder().decode(bytes))
      const { type, challenge: signed, origin, crossOrigin } = client as Record<string, unknown>
      const expected = ['webauthn.get', encodeBase64Url(challenge), request.origin]
      equal([type, signed, origin], expected, 'client data')
      ensure(crossOrigin === undefined || crossOrigin === false, 'a cross-origin approval')
      const authenticatorData = decodeBase64Url(request.authenticatorData)
      const message = new Uint8Array([...authenticatorData, ...(await sha256Of(context, bytes))])
      await checkSignature(context, key, signature, encodeBase64Url(message))
      equal(context.world.prompts.length, 1, 'number of prompts')
    },
  }),
  defineCase({
    id: 'T02',
    proves: 'The prompt says what the statement says: its title, its amount, its payee.',
    source: 'design.md §5 (the statement’s own text in the prompt); attacks.md G07',
    uses: ['touch'],
    onlyOnDevice: 'how much of it the dialog of this version shows',
    run: async (context) => {
      await createKey(context, 'signing')
      await Promise.all([context.hardware.signStatement(request), context.world.touch(finger)])
      const shown = Object.values(context.world.prompts[0] ?? {}).join('\n')
      const { title, rows } = renderStatement(statement)
      for (const text of [title, ...rows.flatMap(({ value }) => value)]) {
        ensure(shown.includes(text), `a prompt without "${text}"`)
      }
    },
  }),
  defineCase({
    id: 'T03',
    proves:
      'A statement that is not in its one form is not shown and not signed, nor one with a wrong nonce.',
    source: 'docs/transactions.md (statement_malformed); attacks.md E06',
    run: async (context) => {
      await createKey(context, 'signing')
      const wrong: Partial<StatementRequest>[] = [
        { statement: `${request.statement} ` },
        { statement: request.statement.replace('4200', '4200.0') },
        { statement: request.statement.replace('"version":1', '"version":2') },
        { statement: '{}' },
        { statement: '' },
        { nonce: 'AAAA' },
      ]
      for (const change of wrong) {
        await rejects(
          context.hardware.signStatement({ ...request, ...change }),
          'invalidArgument',
          'signStatement',
        )
      }
      equal(context.world.prompts.length, 0, 'number of prompts')
    },
  }),
  defineCase({
    id: 'T04',
    proves: 'Only a signing key approves a statement: with another the call is wrong, and nothing is shown.',
    source: 'SecureHardware (roles)',
    run: async (context) => {
      await createKey(context, 'sealing')
      await createKey(context, 'proof')
      for (const alias of [sealing, proof]) {
        const approving = context.hardware.signStatement({ ...request, alias })
        await rejects(approving, 'invalidArgument', `signStatement by ${alias}`)
      }
      equal(context.world.prompts.length, 0, 'number of prompts')
    },
  }),
]
