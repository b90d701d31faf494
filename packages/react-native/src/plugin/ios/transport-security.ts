/** The part of NSAppTransportSecurity that the plugin reads and writes. */
export interface TransportSecurity {
  NSAllowsArbitraryLoads?: boolean
  NSPinnedDomains?: Record<string, unknown>
  NSExceptionDomains?: Record<string, { readonly NSExceptionAllowsInsecureHTTPLoads?: boolean } | undefined>
}

/** NSAppTransportSecurity of an Info.plist, made where there is none. */
export function transportSecurity(plist: Record<string, unknown>): TransportSecurity {
  plist.NSAppTransportSecurity ??= {}
  return plist.NSAppTransportSecurity as TransportSecurity
}
