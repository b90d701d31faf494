import { hash } from 'node:crypto'
import { type ErrorCode, KeyboundError } from '@keybound/protocol'
import { catalogue } from '@keybound/protocol/catalogue'

const style =
  'body{font:1.1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem;color-scheme:light dark}code{font-size:.9em}'
const styleHash = hash('sha256', style, 'base64')

/** The page a problem's `type` leads to: what happened and what to do, as HTML for people and JSON for the rest. */
export function errorPage(code: string, accept: string | null): Response {
  if (!Object.hasOwn(catalogue, code)) {
    throw new KeyboundError(
      'not_found',
      'Unexpected error code, expected one of the list. Check the address.',
    )
  }
  const { status, title, happened, whatToDo } = catalogue[code as ErrorCode]
  if (!accept?.includes('text/html')) {
    return Response.json({ code, status, title, happened, whatToDo })
  }
  const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
<h1>${escapeHtml(title)}</h1>
<p><code>${code}</code>${status === 0 ? '' : `, HTTP status ${status}`}</p>
<h2>What happened</h2>
<p>${escapeHtml(happened)}</p>
<h2>What to do</h2>
<p>${escapeHtml(whatToDo)}</p>
</html>
`
  return new Response(page, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; frame-ancestors 'none'; base-uri 'none'`,
    },
  })
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
