/** Those of RFC 3986 §2, and `|`, which no RFC allows and every browser sends in a path as it is (URL Standard §4.4). */
const uriCharacters = /^https?:\/\/[A-Za-z0-9[][A-Za-z0-9\-._~:/?#@[\]!$&'()*+,;=%|]*$/i
const percentTriplet = /%([0-9A-Fa-f]{2})?/g
const unreserved = /[A-Za-z0-9\-._~]/

/**
 * The form in which two HTTP addresses are compared (RFC 9449 §4.3 check 9): query and fragment are ignored; scheme
 * and host in lower case, percent triplets in upper case and decoded where they hold an unreserved character, dot
 * segments removed (RFC 3986 §6.2.2); default port dropped, empty path as `/` (§6.2.3).
 *
 * Undefined for what is no plain http(s) address: characters that no address has, user information (a look-alike
 * host), a broken percent triplet. Nothing is repaired, so no two spellings meet that a server would tell apart.
 */
export function normaliseHttpUri(text: string): string | undefined {
  if (!uriCharacters.test(text)) return undefined
  const decoded = decodeUnreserved(text)
  if (decoded === undefined) return undefined
  const url = URL.parse(decoded)
  if (url === null || url.username !== '' || url.password !== '' || url.host === '') return undefined
  return `${url.protocol}//${url.host}${url.pathname}`
}

function decodeUnreserved(text: string): string | undefined {
  let broken = false
  const decoded = text.replace(percentTriplet, (triplet: string, hex: string | undefined) => {
    if (hex === undefined) {
      broken = true
      return triplet
    }
    const character = String.fromCharCode(Number.parseInt(hex, 16))
    return unreserved.test(character) ? character : triplet.toUpperCase()
  })
  return broken ? undefined : decoded
}
