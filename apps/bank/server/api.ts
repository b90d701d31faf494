import { type Caller, guarded, type KeyboundServer } from '@keybound/server'
import { currency, type Ledger } from './ledger.ts'
import { limits } from './limits.ts'

/** Answers the requests of the app to the bank; `undefined` for every other. */
export type BankApi = (request: Request) => Promise<Response | undefined>

/** What the app sends to begin a payment. */
export interface PaymentRequest {
  readonly to: string
  readonly minor: number
  readonly reference: string
  readonly language: string
  /** One for each payment that is meant: sending it again gives the same one. */
  readonly operationId: string
}

/** Who asks; `session` names the family of tokens that a key opened, a password's session has none. */
type Asker = Pick<Caller, 'account' | 'session'>

/** The bank's own paths. Keybound says who asks; what the account holds is the bank's business. */
export function createBankApi(keybound: KeyboundServer, publicUrl: string, ledger: Ledger): BankApi {
  const protect = keybound.protect({ userActivity: true })

  const routes: Readonly<Record<string, (request: Request, asker: Asker) => Response | Promise<Response>>> = {
    'GET /api/account': (_, { account }) => answer({ ...ledger.read(account), limits }, 200),
    'POST /api/payments': async (request, asker) => preparePayment(asker, await readPayment(request)),
  }

  async function preparePayment({ account, session }: Asker, payment: PaymentRequest): Promise<Response> {
    const { to, minor, reference, language, operationId } = payment
    const payer = ledger.read(account)
    const payee = ledger.payee(to)
    if (minor > (payer?.minor ?? 0)) return answer({ refused: 'balanceTooLow' }, 409)
    if (payee.account === payer?.number) return answer({ refused: 'ownAccount' }, 409)
    const fields = {
      amount: { kind: 'amount', currency, minor },
      payee: { kind: 'payee', ...payee },
      ...(reference !== '' && { reference: { kind: 'line', text: reference } as const }),
    } as const
    const transaction = { account, type: 'payment', fields }
    const sessions = session === undefined ? [] : await keybound.sessions.list(account)
    const credentialId = sessions.find(({ id }) => id === session)?.credentialId ?? undefined
    try {
      // Told before it is shown for a touch: a touch that can only be refused is none of the user's business.
      const refused = await keybound.transactions.foresee({ ...transaction, credentialId })
      if (refused !== undefined) return answer({ refused }, 409)
      const { id } = await keybound.transactions.create({ ...transaction, language, operationId })
      return answer({ id }, 201)
    } catch (error) {
      const { code = 'internal' } = error as { readonly code?: string }
      const text = code === 'statement_value_unacceptable' || code === 'invalid_request'
      return answer({ refused: text ? 'text' : code }, text ? 422 : 409)
    }
  }

  return async (request) => {
    const { pathname } = new URL(request.url)
    const route = routes[`${request.method} ${pathname}`]
    if (!route) return pathname.startsWith('/api/') ? answer({ refused: 'not_found' }, 404) : undefined
    if (!/^bearer /i.test(request.headers.get('authorization') ?? '')) return guarded(protect, route)(request)
    const account = await passwordSession(request)
    return account === undefined
      ? answer({ refused: 'session_required' }, 401)
      : route(request, { account, session: undefined })
  }

  /** Whoever signed in with the password has an opaque session, which Keybound answers for. */
  async function passwordSession(request: Request): Promise<string | undefined> {
    const headers = { authorization: request.headers.get('authorization') ?? '' }
    const session = await keybound.fetch(new Request(`${publicUrl}/v1/session`, { headers }), {
      clientAddress: '127.0.0.1',
    })
    return session.ok ? ((await session.json()) as { account: string }).account : undefined
  }
}

/** Most bytes of a request that are read; more is not waited for. */
const mostBytes = 16_384

/** What does not have the right shape becomes empty, and is then refused as a text that cannot stand in a statement. */
async function readPayment(request: Request): Promise<PaymentRequest> {
  // Node reads no more than was declared; what declares nothing has no end that could be known.
  const isShort = Number(request.headers.get('content-length') ?? Number.NaN) <= mostBytes
  const read: unknown = isShort ? await request.json().catch(() => undefined) : undefined
  const body: Partial<Record<keyof PaymentRequest, unknown>> =
    typeof read === 'object' && read !== null ? read : {}
  const text = (value: unknown) => (typeof value === 'string' && value.length <= 200 ? value : '')
  return {
    to: text(body.to),
    minor: Number.isSafeInteger(body.minor) ? Number(body.minor) : 0,
    reference: text(body.reference),
    language: text(body.language) || 'en',
    operationId: text(body.operationId),
  }
}

function answer(body: object, status: number): Response {
  return Response.json(body, {
    status,
    headers: {
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    },
  })
}
