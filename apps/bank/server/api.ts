import { guarded, type KeyboundServer } from '@keybound/server'
import { currency, type Ledger } from './ledger.ts'

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

/** The bank's own paths. Keybound says who asks; what the account holds is the bank's business. */
export function createBankApi(keybound: KeyboundServer, publicUrl: string, ledger: Ledger): BankApi {
  const protect = keybound.protect({ userActivity: true })

  const routes: Readonly<
    Record<string, (request: Request, account: string) => Response | Promise<Response>>
  > = {
    'GET /api/account': (_, account) => answer(ledger.read(account) ?? {}, 200),

    async 'POST /api/payments'(request, account) {
      const { to, minor, reference, language, operationId } = await readPayment(request)
      const balance = ledger.read(account)?.minor ?? 0
      if (minor > balance) return answer({ refused: 'balanceTooLow' }, 409)
      try {
        const { id } = await keybound.transactions.create({
          account,
          type: 'payment',
          fields: {
            amount: { kind: 'amount', currency, minor },
            payee: { kind: 'payee', ...ledger.payee(to) },
            ...(reference !== '' && { reference: { kind: 'line', text: reference } }),
          },
          language,
          operationId,
        })
        return answer({ id }, 201)
      } catch (error) {
        const { code = 'internal' } = error as { readonly code?: string }
        const refused = code === 'statement_value_unacceptable' || code === 'invalid_request'
        return answer(refused ? { refused: 'text' } : { refused: code }, refused ? 422 : 409)
      }
    },
  }

  return async (request) => {
    const { pathname } = new URL(request.url)
    const route = routes[`${request.method} ${pathname}`]
    if (!route) return pathname.startsWith('/api/') ? answer({ refused: 'not_found' }, 404) : undefined
    if (!/^bearer /i.test(request.headers.get('authorization') ?? ''))
      return guarded(protect, (_, { account }) => route(request, account))(request)
    const account = await passwordSession(request)
    return account === undefined ? answer({ refused: 'session_required' }, 401) : route(request, account)
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

/** What does not have the right shape becomes empty, and is then refused as a text that cannot stand in a statement. */
async function readPayment(request: Request): Promise<PaymentRequest> {
  const body = (await request.json().catch(() => ({}))) as Partial<Record<keyof PaymentRequest, unknown>>
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
