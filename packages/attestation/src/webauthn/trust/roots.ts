import { isSoftwareKey } from '../../android/trust/root.ts'
import { equalBytes, fromBase64 } from '../../internal/bytes.ts'
import { type Certificate, readCertificate } from '../../x509/certificate.ts'

/** The key of the root in the test vectors of WebAuthn L3 §16: its private half is printed beside it. */
const publishedTestKey = fromBase64(
  'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEMmkwDl/3tpkBX3DPgKh2O/cFvC4q8MGznP9xi3w1iAyjDzGQeNkbAziaAG/fyKHc2E7foH0wqhNHSiSKDatbqg==',
)

/**
 * The roots that count: those made for tests only with `testOnly` (law 7). A root is made for tests when its name says
 * so, or when everybody has its private key. Refuses with `certificate_malformed`.
 */
export function readRoots(roots: readonly Uint8Array[], testOnly = false): readonly Certificate[] {
  return roots.map(readCertificate).filter((root) => testOnly || !isTestRoot(root))
}

function isTestRoot({ subject, publicKey }: Certificate): boolean {
  return (
    equalBytes(publicKey.spki, publishedTestKey) ||
    isSoftwareKey(publicKey) ||
    subject.attributes.some(({ value }) => /\btest\b/i.test(value))
  )
}
