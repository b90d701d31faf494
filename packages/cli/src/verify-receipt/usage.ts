export const verifyReceiptUsage = `Usage: keybound verify-receipt FILE|- [options]

Reads a receipt, or the JSON answer that holds one as "receipt", and says in words what was approved, by which key, at
which level, when, and what remains a matter of trust. Needs no network. - is standard input.

  --keys FILE   receipt keys of the server that you trust (JSON of GET /v1/receipts/keys), from any time
                before the receipt or after; without them nobody vouches for it, and the status is 1
  --json        as JSON

Exit status: 0 verified with a key you trust, 1 not, 2 not understood.
`
