export { type CanonicalValue, encodeCanonicalJson } from './canonical-json.ts'
export {
  type CborKey,
  type CborMap,
  type CborOptions,
  type CborValue,
  decodeCbor,
  decodeCborAt,
} from './cbor.ts'
export { encodeCbor } from './cbor-encoder.ts'
export {
  type CoseAkpKey,
  type CoseEdwardsKey,
  type CoseEllipticKey,
  type CoseKey,
  type CoseRsaKey,
  decodeCoseKey,
  encodeCoseKey,
  parseCoseKey,
} from './cose.ts'
export { decodeBase64Url, decodeBase64UrlInto } from './decode-base64url.ts'
export { encodeBase64Url } from './encode-base64url.ts'
export { type JsonOptions, type JsonValue, parseStrictJson } from './json.ts'
