import { KeyboundError } from '@keybound/protocol'

/** The origin of an address without a path. Throws `configuration_invalid`; `of` names whose option it is. */
export function requireOrigin(publicUrl: string, of: string): string {
  const url = URL.parse(publicUrl)
  const isOrigin = url !== null && (publicUrl === url.origin || publicUrl === `${url.origin}/`)
  if (isOrigin && /^https?:$/.test(url.protocol)) return url.origin
  const message = `Unexpected publicUrl, expected an http or https address without a path. Correct the options of ${of}.`
  throw new KeyboundError('configuration_invalid', message)
}
