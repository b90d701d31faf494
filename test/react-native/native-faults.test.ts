import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nativeFaults } from '../../scripts/templates/native-faults.ts'
import { keys, type NativeProject, nativeProject } from './native-project.ts'

const expected = { hosts: ['api.bank.example'], schemes: [] }
const pins = { expires: '2027-11-26', hosts: [{ host: 'api.bank.example', keys }] }

let app: NativeProject
beforeEach(() => {
  app = nativeProject('bare')
})
afterEach(() => app.remove())

test('a template as it comes has faults, and none once the plugin ran', async () => {
  expect((await nativeFaults(app.folder, expected)).length).toBeGreaterThan(5)
  await app.apply({ pins })
  expect(await nativeFaults(app.folder, expected)).toEqual([])
})

describe('a fault is found in what the plugin wrote and somebody changed:', () => {
  const inMain = (name: string) => `main/res/xml/keybound_${name}.xml`
  const replace = (path: string, from: RegExp, to: string) => {
    app.write(path, (app.read(path) ?? '').replace(from, to))
  }
  test.each([
    [
      'debuggable',
      () => app.editManifest((all) => Object.assign(all, { 'android:debuggable': 'true' })),
      /debugged/,
    ],
    [
      'cleartext for a host',
      () =>
        replace(
          inMain('network_security_config'),
          /domain-config cleartextTrafficPermitted="false"/,
          'domain-config cleartextTrafficPermitted="true"',
        ),
      /cleartext is permitted/,
    ],
    [
      'a pin less',
      () => replace(inMain('network_security_config'), /<pin digest="SHA-256">[^<]*<\/pin>/, ''),
      /^api.bank.example is not pinned with a backup/,
    ],
    [
      'pins that end by opening',
      () => replace(inMain('network_security_config'), /<pin-set>/, '<pin-set expiration="2027-01-01">'),
      /opens/,
    ],
    [
      'user certificates',
      () =>
        replace(
          inMain('network_security_config'),
          /<base-config (.*)\/>/,
          '<base-config $1><trust-anchors><certificates src="user"/></trust-anchors></base-config>',
        ),
      /of the user/,
    ],
    [
      'a way out',
      () => replace(inMain('data_extraction_rules'), /<device-transfer>[\s\S]*<\/device-transfer>/, ''),
      /device-transfer takes/,
    ],
    [
      'an open component',
      () =>
        replace(
          'main/AndroidManifest.xml',
          /<\/application>/,
          '<service android:name=".Open" android:exported="true"/></application>',
        ),
      /\.Open can be started/,
    ],
    [
      'an unexpected link',
      () =>
        replace(
          'main/AndroidManifest.xml',
          /<intent-filter>/,
          '<intent-filter><data android:scheme="pay"/></intent-filter><intent-filter>',
        ),
      /links of pay/,
    ],
    [
      'no text for Face ID',
      () => app.editPlist((plist) => Object.assign(plist, { NSFaceIDUsageDescription: ' ' })),
      /usage text/,
    ],
    [
      'arbitrary loads',
      () =>
        app.editPlist((plist) =>
          Object.assign(plist, { NSAppTransportSecurity: { NSAllowsArbitraryLoads: true } }),
        ),
      /iOS: cleartext/,
    ],
    ['no expiry', () => app.editPlist((plist) => void delete plist.KeyboundPinExpiry), /iOS: the module/],
    [
      'a scheme',
      () =>
        app.editPlist((plist) =>
          Object.assign(plist, { CFBundleURLTypes: [{ CFBundleURLSchemes: ['pay'] }] }),
        ),
      /links of pay/,
    ],
  ] as const)('%s', async (_, spoil, fault) => {
    await app.apply({ pins })
    await spoil()
    expect(await nativeFaults(app.folder, expected)).toContainEqual(expect.stringMatching(fault))
  })
})
