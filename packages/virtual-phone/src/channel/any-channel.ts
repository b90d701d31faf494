/** A channel whose calls are known to the other end only: what sockets, workers and processes carry. */
export interface AnyChannel {
  call(name: string, request: unknown): Promise<unknown>
  on(name: string, listener: (data: unknown) => void): () => void
}
