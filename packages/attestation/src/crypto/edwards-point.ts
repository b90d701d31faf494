/** What decides whether an encoded point of a curve may be a public key. */
interface EdwardsCurve {
  readonly prime: bigint
  /** y of every point whose order divides the cofactor. */
  readonly lowOrder: readonly bigint[]
}

const prime25519 = 2n ** 255n - 19n
const prime448 = 2n ** 448n - 2n ** 224n - 1n
/** y of the points of order 8 on edwards25519; the other one is its negative. */
const order8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n

const curves: Readonly<Record<'Ed25519' | 'Ed448', EdwardsCurve>> = {
  Ed25519: { prime: prime25519, lowOrder: [0n, 1n, prime25519 - 1n, order8, prime25519 - order8] },
  Ed448: { prime: prime448, lowOrder: [0n, 1n, prime448 - 1n] },
}

/**
 * Whether an Edwards public key is in its one encoding (RFC 8032 §5.1.3, §5.2.3: y below the prime) and no point of low
 * order. Under such a key one signature fits every message, so that its owner could deny all of his, or anyone could
 * make them; OpenSSL 3.0 takes it, OpenSSL 3.5 does not. Whether the point is on the curve is for the port to say.
 */
export function isSoundEdwardsPoint(curve: 'Ed25519' | 'Ed448', point: Uint8Array): boolean {
  const { prime, lowOrder } = curves[curve]
  // Little-endian; the top bit is the sign of x.
  let y = BigInt((point.at(-1) ?? 0) & 0x7f)
  for (let at = point.length - 2; at >= 0; at--) y = (y << 8n) | BigInt(point[at] as number)
  return y < prime && !lowOrder.includes(y)
}
