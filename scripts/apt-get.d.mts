/** Whether this machine is Debian or like it, and the user may install there. */
export function canInstallFromDebian(): boolean
/** Runs apt-get without questions; returns what it printed when it failed. */
export function aptGet(...args: readonly string[]): string | undefined
