import {
  androidPolicies,
  parseStatusList,
  verifyAndroidKeyAttestation,
  verifyAppAttestation,
  verifyAuthentication,
} from '@keybound/attestation'
import { inspect } from '@keybound/attestation/inspect'

/** What an app with nothing but @keybound/attestation does with evidence: the verdicts, as JSON has them. */
export async function judge({ android, apple, assertion, date }) {
  const now = new Date(date)
  const common = { issuedAt: now, now }
  const androidTrust = {
    roots: [bytes(android.root)],
    status: parseStatusList({ entries: {} }),
    statusFetchedAt: now,
    testOnly: true,
  }
  const chainOptions = {
    ...common,
    challenge: bytes(android.challenge),
    role: 'signing',
    policy: { ...androidPolicies.L2, applications: android.applications },
    trust: androidTrust,
  }
  const chain = android.chain.map(bytes)
  const objectOptions = {
    ...common,
    attestationObject: bytes(apple.attestationObject),
    clientDataHash: bytes(apple.clientDataHash),
    keyId: bytes(apple.keyId),
    app: apple.app,
    trust: { roots: [bytes(apple.root)], testOnly: true },
  }
  const { credential, expected, response } = assertion
  const assertionOptions = {
    response,
    expected: { ...expected, allowCredentials: [bytes(credential.id)] },
    credential: {
      ...credential,
      id: bytes(credential.id),
      publicKey: bytes(credential.publicKey),
      userHandle: bytes(credential.userHandle),
    },
  }
  return {
    chain: await outcome(verifyAndroidKeyAttestation({ ...chainOptions, chain })),
    chainUnderGoogle: await outcome(verifyAndroidKeyAttestation({ ...chainOptions, chain, trust: {} })),
    swapped: await outcome(verifyAndroidKeyAttestation({ ...chainOptions, chain: chain.toReversed() })),
    object: await outcome(verifyAppAttestation(objectOptions)),
    objectForAnother: await outcome(
      verifyAppAttestation({ ...objectOptions, app: { ...apple.app, bundleId: 'com.example.other' } }),
    ),
    assertion: await outcome(verifyAuthentication(assertionOptions)),
    assertionElsewhere: await outcome(
      verifyAuthentication({
        ...assertionOptions,
        expected: { ...assertionOptions.expected, origins: ['https://evil.example'] },
      }),
    ),
    inspected: (await inspect({ kind: 'androidKey', chain }, { now })).title,
  }
}

function outcome(verdict) {
  return verdict.then(
    ({ findings = [] }) => `accepted by ${findings.length} rules`,
    (error) => error.code ?? `${error}`,
  )
}

function bytes(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}
