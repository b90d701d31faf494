/** What the browser answers, or nothing where it fails: for questions and hints on which nothing depends. */
export async function answerOf<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch {
    return undefined
  }
}
