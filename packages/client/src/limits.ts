/** How long the client waits for an answer of the server, in milliseconds. */
export const longestRequest = 15_000

/** How long the client waits for the device to read or write a record, in milliseconds. */
export const longestStorage = 5_000

/**
 * How much longer than its own timeout a prompt may stay open before the client gives up on it, in milliseconds:
 * platforms end a prompt by themselves, and some forget to.
 */
export const promptGrace = 5_000

/** The longest timeout of a prompt that the client accepts from a server, in milliseconds. */
export const longestPrompt = 600_000
