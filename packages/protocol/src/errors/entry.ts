/** What one error code means to a person, and how it travels over HTTP. */
export interface CatalogueEntry {
  /** HTTP status of the problem; `0` for codes that only a client raises and no server sends. */
  readonly status: number
  /** Short and stable: the `title` of the RFC 9457 problem. */
  readonly title: string
  /** One or two sentences: what happened. */
  readonly happened: string
  /** One or two sentences: what the reader (developer or user) does now. */
  readonly whatToDo: string
}
