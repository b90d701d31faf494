import type { ErrorCode } from '@keybound/protocol'
import type { z } from 'zod'
import type { ServerContext } from '../internal/context.ts'
import type { SessionRecord } from '../store/contract.ts'

/** What a handler gets: all of it checked already. */
export interface Call<Body, Session> {
  readonly context: ServerContext
  readonly request: Request
  readonly clientAddress: string
  readonly params: Readonly<Record<string, string>>
  readonly body: Body
  readonly session: Session
  /** Family of refresh tokens the session belongs to, where it has one. */
  readonly family: string | undefined
}

/** What a handler answers: JSON, with headers of its own where it has some, nothing (204), or a response of its own. */
export type Reply =
  | { readonly json: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly status: 204 }
  | Response

/** What a path demands before its handler runs. Every route says it; there is no default (attack F05). */
export type Assurance = 'none' | 'session'

/** One method of one path, as data: the router, the inventory test and the API description read the same table. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** `:name` stands for one segment. */
  readonly path: string
  readonly assurance: Assurance
  readonly summary: string
  /** Strict schema of the request body; none where no body is read. */
  readonly body?: z.ZodType
  /** A member whose absence has a code of its own. */
  readonly missing?: { readonly member: string; readonly refuse: () => Error }
  /** Schema of the 200 answer; `null` answers 204; none for answers that are not ours to describe. */
  readonly answer?: z.ZodType | null
  /** Codes of this path besides those of every path. */
  readonly codes: readonly ErrorCode[]
  readonly handle: (call: Call<unknown, SessionRecord | undefined>) => Reply | Promise<Reply>
}

interface RouteOf<Schema extends z.ZodType | undefined, Session>
  extends Omit<Route, 'assurance' | 'body' | 'handle'> {
  readonly body?: Schema
  readonly handle: (call: Call<BodyOf<Schema>, Session>) => Reply | Promise<Reply>
}

type BodyOf<Schema> = Schema extends z.ZodType ? z.infer<Schema> : undefined

/** A route that anybody may call. */
export function openRoute<Schema extends z.ZodType | undefined = undefined>(
  route: RouteOf<Schema, undefined>,
): Route {
  return { ...route, assurance: 'none' } as Route
}

/** A route that needs a live session. */
export function sessionRoute<Schema extends z.ZodType | undefined = undefined>(
  route: RouteOf<Schema, SessionRecord>,
): Route {
  return { ...route, assurance: 'session' } as Route
}
