import type { ErrorCode } from '@keybound/protocol'
import { catalogue } from '@keybound/protocol/catalogue'
import { problem } from '@keybound/protocol/schemas'
import { z } from 'zod'
import type { Route } from './route.ts'

/** The OpenAPI 3.1 description, from the very schemas and table the server runs on. */
export function openApiDocument(routes: readonly Route[], publicUrl: string): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Keybound',
      version: '1',
      description:
        'Register keys that a biometric unlocks, and sign in with them. Refusals are RFC 9457 problems.',
    },
    servers: [{ url: publicUrl }],
    paths,
    components: {
      schemas: { Problem: jsonSchema(problem) },
      securitySchemes: { session: { type: 'http', scheme: 'bearer' } },
    },
  }
}

function operationOf(route: Route): object {
  return {
    summary: route.summary,
    ...(takesSession(route) ? { security: [{ session: [] }] } : {}),
    ...parametersOf(route),
    ...(route.body === undefined ? {} : { requestBody: { required: true, content: json(route.body) } }),
    responses: { ...answerOf(route), ...problemsOf(route) },
  }
}

/** Also where the session need not be alive, as at sign-out: without being told, clients made from this send none. */
function takesSession({ assurance, codes }: Route): boolean {
  return assurance === 'session' || codes.includes('session_required')
}

function parametersOf({ path }: Route): object {
  const parameters = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  return parameters.length === 0 ? {} : { parameters }
}

function answerOf({ answer }: Route): object {
  if (answer === null) return { 204: { description: 'Done' } }
  return { 200: { description: 'Done', ...(answer === undefined ? {} : { content: json(answer) }) } }
}

/** One response per status, with the codes that come under it. */
function problemsOf(route: Route): object {
  const codes = new Set<ErrorCode>([...route.codes, 'internal', 'store_unavailable'])
  if (route.method !== 'GET') codes.add('origin_not_allowed')
  if (route.assurance === 'session') codes.add('session_required').add('session_expired')
  if (route.body !== undefined) {
    codes.add('invalid_request').add('payload_too_large').add('unsupported_media_type')
  }
  const byStatus = Map.groupBy([...codes], (code) => catalogue[code].status)
  const responses = [...byStatus].map(([status, members]) => [
    status,
    {
      description: members.map((code) => `\`${code}\`: ${catalogue[code].title}`).join('; '),
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  ])
  return Object.fromEntries(responses)
}

function json(schema: z.ZodType): object {
  return { 'application/json': { schema: jsonSchema(schema) } }
}

function jsonSchema(schema: z.ZodType): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' })
  return rest
}
