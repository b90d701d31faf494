export const verifyReceiptUsage = `Usage: keybound verify-receipt FILE|- [options]

Reads a receipt, or the JSON answer that holds one as "receipt", and says in words what was approved, by which key, at
which level, when, and what remains a matter of trust. Needs no network. - is standard input.

Whom to believe
  --keys FILE     receipt keys of the server that you trust (JSON of GET /v1/receipts/keys), from any time
                  before the receipt or after; without them nobody vouches for it, and the status is 1
  --roots FILE    PEM root certificates for the evidence of the key, instead of Google's and Apple's own
  --test-roots    the roots were made for tests
  --status FILE   Google's status list of attestation certificates (JSON), instead of the server's word

What to ask
  --level LEVEL   W, L1, L2 or R: the evidence must prove this much; default is the level the server told.
                  W asks for no proof: what the server told is then its word

How to show it
  --json          as JSON

Exit status: 0 verified with a key you trust and evidence for the level, 1 not, 2 not understood.
`
