import type { CatalogueEntry } from '../entry.ts'

/** What a phone's sensor, system and hardware keys refuse; raised there, no server sends them. The cause keeps the native number. */
export const phoneErrors = {
  prompt_interrupted: {
    status: 0,
    title: 'Prompt closed by the system',
    happened: 'The system closed the prompt: the app went to the background, or a call came in.',
    whatToDo: 'Ask again when the app is in front.',
  },
  biometric_unavailable: {
    status: 0,
    title: 'Sensor not available',
    happened: 'This phone has no fingerprint or face sensor for keys, or it cannot be used at the moment.',
    whatToDo: 'Try again later, or sign in with the password.',
  },
  biometric_permission_denied: {
    status: 0,
    title: 'Face recognition not allowed',
    happened: 'The user did not allow this app to use face recognition.',
    whatToDo: 'Allow it in the settings of the app, or sign in with the password.',
  },
  biometric_not_enrolled: {
    status: 0,
    title: 'No finger or face enrolled',
    happened: 'No finger or face is enrolled on this phone.',
    whatToDo: 'Enrol one in the settings of the phone, or sign in with the password.',
  },
  biometric_weak_only: {
    status: 0,
    title: 'Only a weak biometric enrolled',
    happened:
      'What is enrolled on this phone is of a class that opens no keys, such as face recognition by the front camera.',
    whatToDo: 'Enrol a fingerprint in the settings of the phone, or sign in with the password.',
  },
  biometric_update_required: {
    status: 0,
    title: 'Sensor needs an update',
    happened: 'The system found a security flaw in the sensor and refuses it until it is updated.',
    whatToDo: 'Install the updates of the phone, or sign in with the password.',
  },
  biometric_locked_out: {
    status: 0,
    title: 'Sensor locked for a moment',
    happened: 'Too many tries were not recognised; the sensor rests for about 30 seconds.',
    whatToDo: 'Wait half a minute and try again, or sign in with the password.',
  },
  biometric_locked_out_permanently: {
    status: 0,
    title: 'Sensor locked',
    happened:
      'Far too many tries were not recognised; the sensor stays off until the phone’s own lock is opened.',
    whatToDo: 'Lock the phone, open it with PIN, pattern or passcode, and try again.',
  },
  passcode_not_set: {
    status: 0,
    title: 'No screen lock',
    happened: 'The phone has no PIN, pattern or passcode, without which keys cannot be protected.',
    whatToDo: 'Set one in the settings of the phone, or sign in with the password.',
  },
  device_locked: {
    status: 0,
    title: 'Phone locked',
    happened: 'The phone was locked, or the app not in front, when a key or a file was needed.',
    whatToDo: 'Unlock the phone, bring the app to the front, and try again.',
  },
  key_invalidated: {
    status: 0,
    title: 'Key destroyed',
    happened:
      'The system destroyed the key because a finger or face was enrolled, or the screen lock was taken off.',
    whatToDo: 'Sign in with the password and turn biometrics on anew; the server then drops the old key.',
  },
  key_missing: {
    status: 0,
    title: 'Key not here',
    happened: 'The key this device had registered is no longer in its key store.',
    whatToDo: 'Sign in with the password and turn biometrics on anew.',
  },
  key_orphaned: {
    status: 0,
    title: 'Key of an earlier installation',
    happened:
      'The app was installed anew, or its files came from another phone; their keys do not belong to it.',
    whatToDo: 'Sign in with the password and turn biometrics on anew; what was left over is then removed.',
  },
  key_not_authorized: {
    status: 0,
    title: 'Key did not follow the touch',
    happened:
      'The touch was recognised and the key store still refused the key, as some phones do now and then.',
    whatToDo: 'Try again; nothing was lost.',
  },
  key_policy_refused: {
    status: 0,
    title: 'Keys as asked for cannot be had',
    happened:
      'This phone made a weaker key than the app asks for, or none: in software, without StrongBox, or not bound to the biometric.',
    whatToDo: 'Sign in with the password; ask for less only if your policy allows it.',
  },
  app_integrity_unavailable: {
    status: 0,
    title: 'Proof of the app not to be had now',
    happened: 'The service that vouches for the app (App Attest, Play Integrity) gave no answer.',
    whatToDo: 'Try again in a few minutes; nothing was registered.',
  },
  server_pin_mismatch: {
    status: 0,
    title: 'Not the expected server',
    happened: 'The server showed a certificate that the app does not pin.',
    whatToDo: 'Leave the network you are in, or update the app.',
  },
} as const satisfies Record<string, CatalogueEntry>
