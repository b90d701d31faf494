import type { TokenServer } from './android.ts'

/** The part of iOS that tutorials on Face ID use, with its own names: in the app's process, as the real classes are. */
export interface Ios {
  readonly LAContext: {
    evaluatePolicy: (localizedReason: string, reply: (success: boolean) => void) => void
  }
  /** Generic passwords, without an access control. */
  readonly keychain: {
    /** `SecItemAdd`. */
    add: (account: string, value: string) => Promise<void>
    /** `SecItemCopyMatching`. */
    copyMatching: (account: string) => Promise<string | undefined>
  }
}

/** An app of the pattern that is taught for iPhones. */
export interface NaiveIosApp {
  readonly name: string
  readonly pattern: string
  /** The user has signed in with the password: keeps what the server gave. */
  readonly setUp: (ios: Ios, server: TokenServer) => Promise<void>
  /** Shows what is protected, or throws. */
  readonly open: (ios: Ios, server: TokenServer) => Promise<string>
}

/** The reply as a promise, as tutorials end up writing it. */
export async function evaluatePolicy({ LAContext }: Ios, localizedReason: string): Promise<void> {
  const success = await new Promise<boolean>((reply) => LAContext.evaluatePolicy(localizedReason, reply))
  if (!success) throw new Error('Face ID said no.')
}
