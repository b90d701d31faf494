import type { ErrorCode } from '@keybound/protocol'
import type { Rule } from '../policy/ledger.ts'

const verdicts = 'Play Integrity, integrity verdicts'

const rule = (name: string, field: string, code: ErrorCode, advice: string): Rule => ({
  name,
  source: `${verdicts}, ${field}`,
  code,
  advice,
})

const again = 'Request a new token for the nonce that was issued last.'
const genuine = 'Use the genuine app, and list all its signing certificates.'
const play = 'Install the app from Google Play on a certified device.'

/** Every rule a verdict is judged by, with the field behind it and the code of its refusal. */
export const integrityRules = {
  notForTests: rule(
    'not_for_tests',
    'testingDetails',
    'play_integrity_untrusted',
    'Set testOnly for testers.',
  ),
  nonce: rule('nonce', 'requestDetails.nonce', 'play_integrity_request_mismatch', again),
  requestPackage: rule(
    'request_package',
    'requestDetails.requestPackageName',
    'play_integrity_request_mismatch',
    genuine,
  ),
  age: rule('age', 'requestDetails.timestampMillis', 'play_integrity_request_mismatch', again),
  appRecognition: rule(
    'app_recognition',
    'appIntegrity.appRecognitionVerdict',
    'play_integrity_insufficient',
    play,
  ),
  application: rule('application_package', 'appIntegrity.packageName', 'app_identity_mismatch', genuine),
  signer: rule(
    'application_signer',
    'appIntegrity.certificateSha256Digest',
    'app_identity_mismatch',
    genuine,
  ),
  version: rule(
    'application_version',
    'appIntegrity.versionCode',
    'app_identity_mismatch',
    'Update the app.',
  ),
  device: rule('device_labels', 'deviceIntegrity', 'play_integrity_insufficient', play),
  account: rule('licensing', 'accountDetails', 'play_integrity_insufficient', play),
} as const
