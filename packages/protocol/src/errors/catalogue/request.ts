import type { CatalogueEntry } from '../entry.ts'

/** Codes about the HTTP exchange itself, before any credential is looked at. */
export const requestErrors = {
  invalid_request: {
    status: 400,
    title: 'Invalid request',
    happened: 'The request is not what this path accepts: a member is missing, unknown or of the wrong type.',
    whatToDo: 'Compare the request with the path in the API description; the detail names the member.',
  },
  malformed_encoding: {
    status: 400,
    title: 'Malformed encoding',
    happened: 'A value is not in the strict encoding (base64url, CBOR, COSE or JSON) its place asks for.',
    whatToDo: 'Send the bytes unchanged, each in its one canonical encoding; the detail names the rule.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    happened: 'Nothing lives at this path.',
    whatToDo: 'Check the path and that it begins with /v1.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    happened: 'The path exists, but not for this method.',
    whatToDo: 'Use a method named in the Allow header.',
  },
  payload_too_large: {
    status: 413,
    title: 'Payload too large',
    happened: 'The request body is larger than the server reads.',
    whatToDo: 'Send less; no request of this protocol needs more than 64 KiB.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    happened: 'The request body is not declared as JSON.',
    whatToDo: 'Send Content-Type: application/json.',
  },
  origin_not_allowed: {
    status: 403,
    title: 'Origin not allowed',
    happened: 'A page of an origin that is not configured made this request.',
    whatToDo: 'Add the origin to the server options if it is yours.',
  },
  too_many_attempts: {
    status: 429,
    title: 'Too many attempts',
    happened: 'Too many attempts failed for this account, device or network.',
    whatToDo: 'Wait for the seconds in Retry-After, or sign in with biometrics, which stays open.',
  },
  overloaded: {
    status: 503,
    title: 'Overloaded',
    happened: 'The server has more work than it may queue.',
    whatToDo: 'Try again after the seconds in Retry-After.',
  },
  internal: {
    status: 500,
    title: 'Internal error',
    happened: 'The server failed in a way it did not foresee; nothing of it is shown.',
    whatToDo: 'Try again; if it stays, look for the instance of this problem in the server log.',
  },
} as const satisfies Record<string, CatalogueEntry>
