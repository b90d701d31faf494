/** Calls the app; what it throws surfaces as an unhandled rejection, and harms neither the call nor other listeners. */
export function tell(listener: () => void): void {
  try {
    listener()
  } catch (error) {
    void Promise.reject(error)
  }
}
