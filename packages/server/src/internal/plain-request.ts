/** A request as the Node adapter reads it, small body included. */
export interface PlainMessage {
  readonly method: string
  /** Absolute. */
  readonly url: string
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[]
  readonly body: Uint8Array<ArrayBuffer> | null
}

/**
 * Marks the fetch handler of our own server. Our Node adapter gives it requests that become web objects only when
 * somebody asks for more than method, address, single headers and the bytes of the body. Handlers of hosts get real
 * Requests, because they may hand them on to functions that check for them.
 */
export const takesPlainRequests: unique symbol = Symbol('keybound takes plain requests')

/** A Request of this message: a real one, or for our own handler one that becomes real when it must. */
export function requestOf(message: PlainMessage, plain: boolean): Request {
  return plain ? (new PlainRequest(message) as unknown as Request) : realRequest(message)
}

/** The body, when it was read already: `null` when there is none, undefined when it must be read from the stream. */
export function bodyAtHand(request: Request): Uint8Array | null | undefined {
  return PlainRequest.body(request)
}

function realRequest({ method, url, rawHeaders, body }: PlainMessage): Request {
  const headers: [string, string][] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    headers.push([rawHeaders[at] as string, rawHeaders[at + 1] as string])
  }
  return new Request(url, { method, headers, body })
}

class PlainRequest {
  readonly #message: PlainMessage
  #headers: PlainHeaders | undefined
  #real: Request | undefined

  constructor(message: PlainMessage) {
    this.#message = message
  }

  get method(): string {
    return this.#message.method
  }

  get url(): string {
    return this.#message.url
  }

  get headers(): PlainHeaders {
    this.#headers ??= new PlainHeaders(this.#message.rawHeaders, () => PlainRequest.real(this).headers)
    return this.#headers
  }

  static body(request: object): Uint8Array | null | undefined {
    return #message in request && request.#real === undefined ? request.#message.body : undefined
  }

  static real(request: PlainRequest): Request {
    request.#real ??= realRequest(request.#message)
    return request.#real
  }
}

/** Reads single headers as Headers does: in any case, several of one name joined by comma, cookies by semicolon. */
class PlainHeaders {
  readonly #values = new Map<string, string>()
  readonly #inflate: () => Headers

  constructor(raw: readonly string[], inflate: () => Headers) {
    this.#inflate = inflate
    for (let at = 0; at + 1 < raw.length; at += 2) {
      const name = (raw[at] as string).toLowerCase()
      const before = this.#values.get(name)
      const value = raw[at + 1] as string
      this.#values.set(
        name,
        before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ', '}${value}`,
      )
    }
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase())
  }

  static real(headers: PlainHeaders): Headers {
    return headers.#inflate()
  }
}

/** Gives a class every member of a web class that it lacks, taken from the real object. */
export function completeFrom<T extends object>(
  plain: { readonly prototype: T },
  web: { readonly prototype: object },
  realOf: (plain: T) => object,
): void {
  for (const name of Reflect.ownKeys(web.prototype)) {
    if (Object.hasOwn(plain.prototype, name)) continue
    Object.defineProperty(plain.prototype, name, {
      configurable: true,
      get(this: T) {
        const real = realOf(this)
        const member: unknown = Reflect.get(real, name, real)
        return typeof member === 'function' ? member.bind(real) : member
      },
    })
  }
  Object.setPrototypeOf(plain.prototype, web.prototype)
}

completeFrom(PlainRequest, Request, PlainRequest.real)
completeFrom(PlainHeaders, Headers, PlainHeaders.real)
