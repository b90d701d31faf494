export const inspectUsage = `Usage: keybound inspect FILE|- [options]

Reads a PEM certificate chain (leaf first), an App Attest attestation, a WebAuthn registration response
(JSON) or an attestation object, binary or as base64 or base64url text; - is standard input.

What to expect
  --challenge VALUE      the challenge you issued: base64url, hex:… or text:…
                         App Attest: the client data themselves
  --client-data FILE     the client data; their hash is what was attested
  --app APP              an app you accept; may be given again
                         Android: package=SHA-256 of the signing certificate; Apple: TEAMID.bundle.id
  --key-id BASE64        App Attest: the key id that the app sent
  --origin ORIGIN        WebAuthn: an origin you accept; may be given again
  --rp-id ID             WebAuthn: your relying party id

What to ask
  --policy W|L1|L2|R     the level that decides (default W)
  --role ROLE            Android: signing, sealing or proof: what the key is for
  --development          App Attest: accept the development environment too
  --category NAME        App Attest on iOS 27: how the app may be distributed: appStore, testFlight,
                         enterprise, development, developerId, …; may be given again
  --bundle-version V     App Attest on iOS 27: a version you shipped; may be given again
  --date WHEN            judge certificate dates at this time (ISO 8601), or "created": when the
                         evidence says it was made (default now)
  --status FILE          Google's status list of attestation certificates (JSON)
  --roots FILE           PEM root certificates instead of the makers' own
  --test-roots           the roots were made for tests

How to show it
  --json                 as JSON
  --color WHEN           auto (default), always or never

Exit status: 0 passed, 1 refused, 2 not understood. What is not asked is said, and does not refuse.
`
