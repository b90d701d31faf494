/*
 * The conversions of WebAuthn L3 §5.1.7 to §5.1.10 for browsers without them, and for credentials made by password
 * managers, which replace navigator.credentials and often leave toJSON out, or inherit one that does not know them.
 * A part of its own: browsers of today do not load it.
 */
import { authenticationToJson } from './assertion-json.ts'
import { parseCreationOptions } from './parse-creation-options.ts'
import { parseRequestOptions } from './parse-request-options.ts'
import { registrationToJson } from './registration-json.ts'

/** Of making a key. */
export const create = { parse: parseCreationOptions, toJSON: registrationToJson }
/** Of using one. */
export const get = { parse: parseRequestOptions, toJSON: authenticationToJson }
