/** The part of NSAppTransportSecurity that the plugin reads and writes. */
export interface TransportSecurity {
  NSAllowsArbitraryLoads?: boolean
  NSAllowsArbitraryLoadsInWebContent?: boolean
  NSAllowsArbitraryLoadsForMedia?: boolean
  NSPinnedDomains?: Record<string, unknown>
  NSExceptionDomains?: Record<string, TransportException | undefined>
}

/** What NSExceptionDomains says about one domain. */
export type TransportException = Readonly<Record<string, unknown>>

/** NSAppTransportSecurity of an Info.plist, made where there is none. */
export function transportSecurity(plist: Record<string, unknown>): TransportSecurity {
  plist.NSAppTransportSecurity ??= {}
  return plist.NSAppTransportSecurity as TransportSecurity
}
