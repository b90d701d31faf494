/** Bytes: themselves between workers and processes, base64url without padding on sockets. */
export type Bytes = Uint8Array<ArrayBuffer>

export type RequestOf<T, Name extends keyof T> = T[Name] extends (request: infer R) => unknown ? R : never
export type AnswerOf<T, Name extends keyof T> = T[Name] extends (request: never) => infer A ? A : never

/** What one side of a channel answers with. */
export type Handlers<T> = {
  readonly [Name in keyof T]: (request: RequestOf<T, Name>) => AnswerOf<T, Name> | Promise<AnswerOf<T, Name>>
}

/** The way to whoever answers calls, and to what it tells unasked. */
export interface Channel<T, Events> {
  /** Rejects {@link SystemFailure}. */
  call<Name extends keyof T & string>(name: Name, request: RequestOf<T, Name>): Promise<AnswerOf<T, Name>>
  on<Name extends keyof Events & string>(name: Name, listener: (data: Events[Name]) => void): () => void
}

/** A failure as the system names it. */
export class SystemFailure extends Error {
  override readonly name = 'SystemFailure'
  /** The system's class of error: an exception of Android, or `OSStatus`, `LAError`, `DCError`. */
  readonly exception: string
  /** Its number, where it has one. */
  readonly number: number | undefined

  constructor(exception: string, number?: number, message?: string) {
    super(message ?? `${exception}${number === undefined ? '' : ` ${number}`}`)
    this.exception = exception
    this.number = number
  }
}
