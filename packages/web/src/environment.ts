/** What the platform takes from a browser. Read when it is used, so that a page may be rendered on a server too. */
export interface WebEnvironment {
  readonly isSecureContext?: boolean
  readonly navigator?: { readonly credentials?: CredentialsContainer; readonly locks?: LockManager }
  readonly document?: Pick<Document, 'visibilityState' | 'addEventListener'>
  readonly PublicKeyCredential?: typeof PublicKeyCredential
  readonly indexedDB?: IDBFactory
  readonly fetch: typeof fetch
  readonly crypto: Pick<Crypto, 'getRandomValues' | 'subtle'>
  readonly performance: Pick<Performance, 'now'>
  readonly Date: Pick<DateConstructor, 'now'>
  readonly setTimeout: (work: () => void, milliseconds: number) => unknown
}
