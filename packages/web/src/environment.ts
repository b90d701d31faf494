/** What the platform takes from a browser. Read when it is used, so that a page may be rendered on a server too. */
export interface WebEnvironment {
  readonly isSecureContext?: boolean
  readonly navigator?: { readonly credentials?: CredentialsContainer }
  readonly PublicKeyCredential?: typeof PublicKeyCredential
  readonly indexedDB?: IDBFactory
  readonly fetch: typeof fetch
  readonly crypto: Pick<Crypto, 'getRandomValues'>
  readonly performance: Pick<Performance, 'now'>
  readonly setTimeout: (work: () => void, milliseconds: number) => unknown
}
