/** Runs work while nothing else of its name runs in this process, which is the only one that an app has. */
export function createExclusive(): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  const lanes = new Map<string, Promise<unknown>>()
  return (name, work) => {
    const done = (lanes.get(name) ?? Promise.resolve()).then(work)
    const over = done.then(
      () => {},
      () => {},
    )
    lanes.set(name, over)
    void over.then(() => {
      if (lanes.get(name) === over) lanes.delete(name)
    })
    return done
  }
}
